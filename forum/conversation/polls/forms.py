"""The forms of a poll and of a vote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import LocalTimeField
from accounts.base.forms import field_of
from accounts.base.text import fold, one_line
from accounts.base.time_zones import local_time, moment_at, time_zone_choices
from forum.conversation.consultations.forms import (
    CHOOSE,
    CHOSEN,
    TOO_LONG,
    last_day_field,
    quorum_field,
    voter_field,
    voter_kind_field,
)
from forum.conversation.consultations.models import VoterKind
from forum.conversation.polls.choices import Majority, ResultsShown, proposed_dates
from forum.conversation.polls.models import (
    MAX_CHOICE_LENGTH,
    MAX_CHOICES,
    MAX_QUESTION_LENGTH,
    MIN_CHOICES,
    Poll,
    PollVote,
    PollVoter,
)
from forum.conversation.threads.forms import (
    TitleField,
    TypedTextField,
    shown_readers_field,
)

_VOTE_UNTIL = _("Dites jusqu’à quel jour on vote.")
_ANSWER = _("Répondez pour cette date.")
#: The last is of votes with names.
_MAJORITIES = [("", _("Le plus de votes")), *Majority.choices]
_MAX_AHEAD = timedelta(days=732)
_START_NAMES = [f"start_{number}" for number in range(1, MAX_CHOICES + 1)]
#: Those of dates that few polls have.
_MORE_NAMES = _START_NAMES[4:]
_LENGTHS = [
    (30, _("30 minutes")),
    (60, _("1 heure")),
    (90, _("1 heure 30")),
    (120, _("2 heures")),
    (180, _("3 heures")),
    (240, _("Une demi-journée (4 heures)")),
    (480, _("Une journée (8 heures)")),
]


class DateAnswer(TextChoices):
    """What one says of a date."""

    YES = "yes", _("Oui")
    IF_NEEDED = "if_needed", _("Si besoin")
    NO = "no", _("Non")


class _BasePollForm(forms.Form):
    """What is asked, and how one votes."""

    #: Of fields that few fill in, which the page folds.
    more_names: ClassVar[Sequence[str]] = ()
    question = TitleField(
        label=_("Votre question"),
        max_length=MAX_QUESTION_LENGTH,
        error_messages={"required": _("Écrivez votre question."), "max_length": TOO_LONG},
    )
    results = forms.ChoiceField(
        label=_("Montrer les résultats"),
        choices=ResultsShown.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    is_named = forms.BooleanField(
        label=_("Montrer qui a choisi quoi"),
        help_text=_(
            "Les noms se lisent avec les résultats, et chacun le sait avant de voter. Sans "
            "cela, personne ne les voit, ni vous, ni l’équipe d’animation."
        ),
        required=False,
    )
    closes_on = last_day_field(
        _("Le sondage est clos à la fin de ce jour, ou quand vous le décidez.")
    )
    shown_readers = shown_readers_field()

    def main_fields(self) -> list[forms.BoundField]:
        """Those that every poll has."""
        return [it for it in self if it.name not in self.more_names]

    def more_fields(self) -> list[forms.BoundField]:
        """Those that few polls have."""
        return [it for it in self if it.name in self.more_names]

    def has_more(self) -> bool:
        """Whether one of these says something, right or wrong."""
        return any(it.value() for it in self.more_fields())


class PollForm(_BasePollForm):
    """A question, its choices, how one votes, and what it takes for one to be adopted.

    ``may_decide``: whether its voters may be frozen.
    """

    template = "poll_form"
    more_names: ClassVar[Sequence[str]] = "voter_kind", "quorum", "majority"
    choices = TypedTextField(
        label=_("Choix proposés, un par ligne"),
        help_text=_("De deux à dix, de 120 caractères au plus chacun."),
        max_length=2 * MAX_CHOICES * MAX_CHOICE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Proposez au moins deux choix."),
            "max_length": TOO_LONG,
        },
    )
    takes_several = forms.BooleanField(
        label=_("On peut cocher plusieurs choix"), required=False
    )
    voter_kind = voter_kind_field(
        [("", _("Qui peut répondre dans le fil, sans liste")), *VoterKind.choices],
        required=False,
    )
    quorum = quorum_field()
    majority = forms.ChoiceField(
        label=_("Majorité qu’il faut à un choix"),
        choices=_MAJORITIES,
        help_text=_("Parmi les votes exprimés, abstentions comprises si c’est un choix."),
        required=False,
        error_messages=CHOSEN,
    )
    field_order: Sequence[str] = ("question", "choices", "takes_several")

    def __init__(self, *args: Any, may_decide: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_decide:
            for name in "voter_kind", "quorum", "majority":
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The fields, where what it takes can be counted."""
        typed = self.cleaned_data
        majority = typed.get("majority", "")
        is_counted = bool("voter_kind" in self.fields and (typed.get("quorum") or majority))
        if is_counted and not typed.get("voter_kind"):
            words = _(
                "Dites qui a une voix\u00a0: quorum et majorité se comptent sur une liste."
            )
            self.add_error("voter_kind", words)
        decides = is_counted or typed.get("voter_kind")
        if decides and not typed.get("closes_on") and "closes_on" not in self.errors:
            self.add_error("closes_on", _VOTE_UNTIL)
        if majority and typed.get("takes_several"):
            words = _("Une majorité se compte quand chacun coche un seul choix.")
            self.add_error("majority", words)
        if majority == Majority.COLLEGES and not typed.get("is_named"):
            words = _("La majorité de chaque collège se compte dans un vote avec les noms.")
            self.add_error("majority", words)
        return typed

    def clean_choices(self) -> str:
        """The choices, one a line, without empty lines."""
        lines = [one_line(line) for line in self.cleaned_data["choices"].splitlines()]
        lines = [line for line in lines if line]
        if not MIN_CHOICES <= len(lines) <= MAX_CHOICES:
            raise forms.ValidationError(
                _("Proposez de deux à dix choix ; vous en avez écrit %(count)d."),
                params={"count": len(lines)},
            )
        if long := [line for line in lines if len(line) > MAX_CHOICE_LENGTH]:
            raise forms.ValidationError(
                _("« %(text)s… » est trop long : %(most)d caractères au plus."),
                params={"text": long[0][:40], "most": MAX_CHOICE_LENGTH},
            )
        if len({fold(line) for line in lines}) < len(lines):
            raise forms.ValidationError(_("Deux choix sont les mêmes."))
        return "\n".join(lines)


class SecretPollForm(PollForm):
    """A question, its choices, and who votes on it by secret ballot."""

    template = "secret_poll_form"
    more_names = ()
    voter_kind = voter_kind_field(VoterKind.choices)
    closes_on = last_day_field(
        _("Le vote est clos à la fin de ce jour, et les bulletins sont alors comptés."),
        days_ahead=1,
        required=_VOTE_UNTIL,
    )
    field_order: Sequence[str] = (*PollForm.field_order, *PollForm.more_names)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in "results", "is_named":
            del self.fields[name]
        field_of(self, "majority", forms.ChoiceField).choices = _MAJORITIES[:-1]

    def clean(self) -> dict[str, Any]:
        """The fields; results are shown once it is closed."""
        return {**super().clean(), "results": ResultsShown.CLOSED, "is_secret": True}


def _start_field(number: int) -> LocalTimeField:
    return LocalTimeField(
        label=_("Date %(number)s") % {"number": number}, required=number <= MIN_CHOICES
    )


class DatePollForm(_BasePollForm):
    """A question, dates among which one looks for a day, and how one votes."""

    template = "date_poll_form"
    more_names = _MORE_NAMES
    minutes = forms.TypedChoiceField(
        label=_("Durée"), coerce=int, choices=_LENGTHS, error_messages={"required": CHOOSE}
    )
    time_zone = forms.ChoiceField(label=_("Heure locale"), error_messages={"required": CHOOSE})
    field_order: Sequence[str] = ("question", *_START_NAMES, "minutes", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(_START_NAMES, 1):
            self.fields[name] = _start_field(number)
        self.order_fields(self.field_order)
        zones = field_of(self, "time_zone", forms.ChoiceField)
        zones.choices = time_zone_choices()

    def clean(self) -> dict[str, Any]:
        """The fields, with ``starts`` in place of each start, and ``choices`` in words."""
        typed = self.cleaned_data
        names = [name for name in _START_NAMES if typed.get(name)]
        moments = [it for name in names if (it := self._moment(name))]
        if self.errors:
            return typed
        zone, minutes = typed["time_zone"], typed["minutes"]
        starts = tuple(it.isoformat() for it in sorted(moments))
        with translation.override(settings.LANGUAGE_CODE):
            choices = [str(it) for it in proposed_dates(starts, minutes, zone)]
        rest = {name: value for name, value in typed.items() if name not in _START_NAMES}
        return rest | {"starts": starts, "choices": "\n".join(choices)}

    def _moment(self, name: str) -> datetime | None:
        """The moment that a field names; None, with an error, where it is none to propose."""
        typed = self.cleaned_data
        if "time_zone" not in typed:
            return None
        moment = moment_at(typed[name], typed["time_zone"])
        others = _START_NAMES[: _START_NAMES.index(name)]
        if moment is None:
            words = _("Ce jour-là, les horloges sautent cette heure : choisissez-en une autre.")
        elif not timezone.now() < moment < timezone.now() + _MAX_AHEAD:
            words = _("Choisissez un jour à venir, d’ici deux ans.")
        elif any(typed.get(other) == typed[name] for other in others):
            words = _("Deux dates sont les mêmes.")
        else:
            return moment
        self.add_error(name, words)
        return None


def initial_of(poll: Poll) -> dict[str, Any]:
    """What its form shows of ``poll``."""
    starts = (local_time(it.starts_at, it.time_zone) for it in poll.dates)
    return poll.values._asdict() | dict(zip(_START_NAMES, starts, strict=False))


class VoteForm(forms.Form):
    """What somebody chooses of a poll, which version of it they read, and for which voter.

    ``voters``: those for which they vote, where voters are frozen.
    """

    version = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, poll: Poll, voters: Sequence[PollVoter] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if voters:
            self.fields["voter_id"] = voter_field(voters)
        fields = {
            True: (forms.TypedMultipleChoiceField, forms.CheckboxSelectMultiple),
            False: (forms.TypedChoiceField, forms.RadioSelect),
        }
        field, widget = fields[poll.takes_several]
        wrong = _("Choisissez parmi ce qui est proposé.")
        self.fields["chosen"] = field(
            label=_("Plusieurs choix possibles") if poll.takes_several else _("Un seul choix"),
            choices=poll.choice_list,
            coerce=int,
            widget=widget,
            error_messages={
                "required": _("Choisissez une réponse."),
                "invalid_choice": wrong,
                "invalid_list": wrong,
            },
        )

    def clean_chosen(self) -> list[int]:
        """The numbers of the choices."""
        chosen = self.cleaned_data["chosen"]
        return chosen if isinstance(chosen, list) else [chosen]


class DateVoteForm(forms.Form):
    """On which dates of a poll somebody comes, and which version of it they read."""

    version = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, text in poll.choice_list:
            self.fields[f"date_{number}"] = forms.ChoiceField(
                label=text,
                choices=DateAnswer.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _ANSWER, "invalid_choice": _ANSWER},
            )

    def date_fields(self) -> list[forms.BoundField]:
        """One for each date."""
        return [it for it in self if it.name != "version"]

    def clean(self) -> dict[str, Any]:
        """``chosen`` and ``if_needed``, the numbers of dates, and the version."""
        typed = self.cleaned_data
        if self.errors:
            return typed
        answers = enumerate((typed[it.name] for it in self.date_fields()), 1)
        by_answer: dict[str, list[int]] = {}
        for number, answer in answers:
            by_answer.setdefault(answer, []).append(number)
        return {
            "chosen": by_answer.get(DateAnswer.YES, []),
            "if_needed": by_answer.get(DateAnswer.IF_NEEDED, []),
            "version": typed["version"],
        }


def answers_of(vote: PollVote) -> dict[str, Any]:
    """What the form of dates shows of ``vote``."""
    numbers = range(1, MAX_CHOICES + 1)
    answers = {f"date_{number}": DateAnswer.NO for number in numbers}
    answers |= {f"date_{number}": DateAnswer.YES for number in vote.chosen}
    return answers | {f"date_{number}": DateAnswer.IF_NEEDED for number in vote.if_needed}
