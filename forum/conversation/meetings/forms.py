"""The forms of a meeting."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField, read_moment
from accounts.base.forms import field_of
from accounts.base.time_zones import moment_at, time_zone_choices
from forum.conversation.meetings.hosted_calls.queries import call_provider
from forum.conversation.meetings.models import (
    MAX_ANSWER_LENGTH,
    MAX_DATES,
    MAX_PLACE_LENGTH,
    MAX_QUESTION_LENGTH,
    MAX_QUESTIONS,
    MAX_URL_LENGTH,
    Meeting,
    MeetingValues,
    Question,
)
from forum.conversation.threads.forms import TitleField, shown_readers_field

_MAX_DAYS_AHEAD, _MAX_LENGTH, _MAX_PEOPLE = 732, timedelta(days=31), 10_000
_TOO_LONG = _("C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus.")
_NO_TIME = _("Écrivez une heure, par exemple 14:30.")
_NO_URL = _("Écrivez une adresse qui commence par https://.")
_NO_TIMES = _("Écrivez un nombre de fois, de 2 à 12.")
_NO_NUMBER = _("Écrivez un nombre de places, de 1 à 10 000, ou laissez vide.")


_QUESTION_NAMES = [(f"question_{n}", f"yes_no_{n}") for n in range(1, MAX_QUESTIONS + 1)]


class Rhythm(TextChoices):
    """When a meeting comes again."""

    WEEKLY = "weekly", _("Chaque semaine")
    MONTHLY_BY_WEEKDAY = "monthly_by_weekday", _("Chaque mois, le même jour de la semaine")
    MONTHLY_BY_DATE = "monthly_by_date", _("Chaque mois, à la même date")


class _HourField(forms.TimeField):
    """An hour, from a time picker or typed: *14:30*, *14h30*, *14 h*."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        messages = {"required": _NO_TIME, "invalid": _NO_TIME}
        super().__init__(
            widget=widget,
            input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh"],
            error_messages=messages,
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        """The time; raise ValidationError where it is none."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


#: The fields that few meetings need, besides the questions to who registers.
_DATE_NAMES = "last_day", "rhythm", "times", "time_zone"


class MeetingForm(forms.Form):
    """When a meeting is, where, and for how many."""

    day = DayField(
        label=_("Jour"),
        max_days_ahead=_MAX_DAYS_AHEAD,
        out_of_range=_("Choisissez un jour à venir, d’ici deux ans."),
        error_messages={"required": _("Choisissez un jour.")},
    )
    start = _HourField(label=_("Début"))
    end = _HourField(label=_("Fin"))
    last_day = DayField(
        label=_("Dernier jour"),
        help_text=_("Si la rencontre dure plus d’un jour."),
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Heure locale"),
        error_messages={"required": _("Choisissez l’une des réponses proposées.")},
    )
    place = TitleField(
        label=_("Lieu"),
        help_text=_("Avec son code postal, la rencontre est aussi sur la carte."),
        required=False,
        max_length=MAX_PLACE_LENGTH,
        error_messages={"max_length": _TOO_LONG},
    )
    call_url = forms.URLField(
        label=_("Adresse de la visio"),
        help_text=_("Montrée aux seules personnes inscrites."),
        required=False,
        max_length=MAX_URL_LENGTH,
        assume_scheme="https",
        error_messages={"invalid": _NO_URL, "max_length": _TOO_LONG},
    )
    hosts_call = forms.BooleanField(required=False)
    max_people = forms.IntegerField(
        label=_("Nombre de places"),
        help_text=_(
            "Au-delà, on attend une place : elle va à qui attend depuis le plus longtemps."
        ),
        required=False,
        validators=[
            MinValueValidator(1, _NO_NUMBER),
            MaxValueValidator(_MAX_PEOPLE, _NO_NUMBER),
        ],
        widget=forms.NumberInput(attrs={"min": 1, "max": _MAX_PEOPLE}),
        error_messages={"invalid": _NO_NUMBER},
    )
    shown_readers = shown_readers_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (text, yes_no) in enumerate(_QUESTION_NAMES, 1):
            self.fields[text] = TitleField(
                label=_("Question %(number)s") % {"number": number},
                required=False,
                max_length=MAX_QUESTION_LENGTH,
                error_messages={"max_length": _TOO_LONG},
            )
            self.fields[yes_no] = forms.BooleanField(
                label=_("On y répond par oui ou par non"), required=False
            )
        if provider := call_provider():
            words = _("Créer un salon avec %(name)s") % {"name": provider.name}
            self.fields["hosts_call"].label = words
            self.fields["hosts_call"].help_text = provider.hint
        else:
            del self.fields["hosts_call"]
        zones = field_of(self, "time_zone", forms.ChoiceField)
        zones.choices = time_zone_choices()

    def main_fields(self) -> list[forms.BoundField]:
        """Those of every meeting."""
        names = {name for pair in _QUESTION_NAMES for name in pair} | {*_DATE_NAMES}
        return [field for field in self if field.name not in names]

    def date_fields(self) -> list[forms.BoundField]:
        """Those of one of several days, of several dates, or on other clocks."""
        return [self[name] for name in _DATE_NAMES if name in self.fields]

    def has_dates(self) -> bool:
        """Whether one of these says something, right or wrong."""
        usual = (None, "", settings.TIME_ZONE)
        return any(it.errors or it.value() not in usual for it in self.date_fields())

    def question_fields(self) -> list[forms.BoundField]:
        """Those."""
        return [self[name] for pair in _QUESTION_NAMES for name in pair]

    def asks(self) -> bool:
        """Whether a question is written, right or wrong."""
        return any(self[text].value() for text, _yes_no in _QUESTION_NAMES)

    def clean_call_url(self) -> str:
        """The address of a page, of the web."""
        url: str = self.cleaned_data["call_url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_NO_URL)
        return url

    def clean(self) -> dict[str, Any]:
        """``values``, who was shown to read them, and whether a call is to be hosted."""
        typed = self.cleaned_data
        hosts_call = typed.get("hosts_call", False)
        if hosts_call and typed.get("call_url"):
            words = _("Un salon, ou l’adresse d’une visio\u00a0: pas les deux.")
            self.add_error("hosts_call", words)
        if not (typed.get("place") or typed.get("call_url") or hosts_call or self.errors):
            self.add_error(
                "place", _("Dites où : un lieu, l’adresse d’une visio, ou les deux.")
            )
        starts_at = self._moment("day", "start")
        ends_at = self._moment("last_day" if typed.get("last_day") else "day", "end")
        if starts_at and ends_at:
            if not starts_at < ends_at <= starts_at + _MAX_LENGTH:
                self.add_error("end", _("La fin vient après le début, d’un mois au plus."))
            elif ends_at <= timezone.now():
                self.add_error("day", _("Choisissez un jour à venir, d’ici deux ans."))
        if self.errors:
            return typed
        assert starts_at and ends_at
        rest = {name: typed[name] for name in ("time_zone", "place", "call_url", "max_people")}
        questions = tuple(
            Question(typed[text], typed[yes_no])
            for text, yes_no in _QUESTION_NAMES
            if typed[text]
        )
        values = MeetingValues(starts_at, ends_at, **rest, questions=questions)
        about = {"shown_readers": typed["shown_readers"], "hosts_call": hosts_call}
        return {"values": values, **about}

    def _moment(self, day_name: str, time_name: str) -> datetime | None:
        """The moment that two fields name; None, with an error, where clocks skip it."""
        typed = self.cleaned_data
        day: date | None = typed.get(day_name)
        hour: time | None = typed.get(time_name)
        if day is None or hour is None or "time_zone" not in typed:
            return None
        moment = moment_at(datetime.combine(day, hour), typed["time_zone"])
        if moment is None:
            words = _("Ce jour-là, les horloges sautent cette heure : choisissez-en une autre.")
            self.add_error(time_name, words)
        return moment


class NewMeetingForm(MeetingForm):
    """The same for new ones, which may come again every week or month."""

    rhythm = forms.ChoiceField(
        label=_("Se répète"),
        choices=[("", _("Non")), *Rhythm.choices],
        required=False,
        error_messages={"invalid_choice": _("Choisissez l’une des réponses proposées.")},
    )
    times = forms.IntegerField(
        label=_("Combien de fois"),
        help_text=_("Si elle se répète. Chaque date se change ou s’annule ensuite à part."),
        required=False,
        validators=[MinValueValidator(2, _NO_TIMES), MaxValueValidator(MAX_DATES, _NO_TIMES)],
        widget=forms.NumberInput(attrs={"min": 2, "max": MAX_DATES}),
        error_messages={"invalid": _NO_TIMES},
    )

    def clean(self) -> dict[str, Any]:
        """``dates``: the values of each, in the place of ``values``."""
        typed = super().clean()
        rhythm, times = self.cleaned_data.get("rhythm"), self.cleaned_data.get("times")
        if rhythm and times is None and "times" not in self.errors:
            self.add_error("times", _NO_TIMES)
        if self.errors:
            return typed
        values: MeetingValues = typed["values"]
        dates = [
            values._replace(starts_at=starts_at, ends_at=ends_at)
            for starts_at, ends_at in _moments_of(values, rhythm or "", times or 1)
        ]
        del typed["values"]
        return typed | {"dates": dates}


def _moments_of(
    values: MeetingValues, rhythm: str, times: int
) -> Iterator[tuple[datetime, datetime]]:
    """``(start, end)`` of each, at the same hours of clocks where it takes place."""
    zone = ZoneInfo(values.time_zone)
    start, end = (it.astimezone(zone) for it in (values.starts_at, values.ends_at))
    for number in range(times if rhythm else 1):
        shift = _day_of(start.date(), rhythm, number) - start.date()
        first, last = (
            datetime.combine(it.date() + shift, it.time(), zone) for it in (start, end)
        )
        yield first.astimezone(UTC), last.astimezone(UTC)


def _day_of(first: date, rhythm: str, number: int) -> date:
    """The day so many weeks or months after ``first``.

    Where a month has no such date it is its last day, and where it has no fifth Monday, say,
    its last one.
    """
    if rhythm == Rhythm.WEEKLY or not number:
        return first + timedelta(weeks=number)
    years, month = divmod(first.month - 1 + number, 12)
    month_start = date(first.year + years, month + 1, 1)
    length = monthrange(month_start.year, month_start.month)[1]
    if rhythm == Rhythm.MONTHLY_BY_DATE:
        return month_start.replace(day=min(first.day, length))
    day = 1 + (first.weekday() - month_start.weekday()) % 7 + (first.day - 1) // 7 * 7
    return month_start.replace(day=day if day <= length else day - 7)


def proposed_in(params: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows where an address says from when to when, and in which time zone."""
    zone = params.get("heure", "")
    start, end = (read_moment(params.get(name, "")) for name in ("debut", "fin"))
    if not (start and end and zone in dict(time_zone_choices())):
        return {}
    return initial_of(Meeting(starts_at=start, ends_at=end, time_zone=zone))


def copied_from(meeting: Meeting) -> dict[str, Any]:
    """What the form of another date shows of ``meeting``: all but the days."""
    return initial_of(meeting) | {"day": None, "last_day": None}


class RegistrationForm(forms.Form):
    """What who registers answers to the ``questions`` of a meeting."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions = questions
        for number, question in enumerate(questions):
            self.fields[f"answer_{number}"] = _answer_field(question)

    def clean(self) -> dict[str, Any]:
        """``answers``, each with its question."""
        typed = self.cleaned_data
        if self.errors:
            return typed
        answers = [
            (question, typed[f"answer_{number}"])
            for number, question in enumerate(self._questions)
        ]
        return {"answers": answers}


def _answer_field(question: Question) -> forms.Field:
    if not question.is_yes_no:
        messages = {"required": _("Répondez en quelques mots."), "max_length": _TOO_LONG}
        return TitleField(
            label=question.text, max_length=MAX_ANSWER_LENGTH, error_messages=messages
        )
    wrong = _("Choisissez l’une des réponses proposées.")
    return forms.ChoiceField(
        label=question.text,
        choices=[("yes", _("Oui")), ("no", _("Non"))],
        widget=forms.RadioSelect,
        error_messages={"required": wrong, "invalid_choice": wrong},
    )


def initial_of(meeting: Meeting) -> dict[str, Any]:
    """What the form shows of ``meeting``."""
    start, end = meeting.local_start, meeting.local_end
    names = ("time_zone", "place", "max_people")
    asked = zip(_QUESTION_NAMES, meeting.asked, strict=False)
    questions = {
        name: value for pair, it in asked for name, value in zip(pair, it, strict=True)
    }
    return (
        questions
        | {name: getattr(meeting, name) for name in names}
        | {
            "call_url": "" if meeting.has_hosted_call else meeting.call_url,
            "hosts_call": meeting.has_hosted_call,
            "day": start.date(),
            "start": start.time(),
            "end": end.time(),
            "last_day": end.date() if end.date() != start.date() else None,
        }
    )
