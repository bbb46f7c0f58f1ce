"""Days, weeks and moments as people and addresses give and read them, and where they end.

All are of the years 1900 to 2200: databases, time zones and calendars fail near both ends of
what Python counts.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"]

_LOCAL_FORMATS = "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"

_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_FIRST_MOMENT = datetime.combine(_FIRST_DAY, time.min, UTC)
_LAST_MOMENT = datetime.combine(_LAST_DAY, time.max, UTC)

#: The day of the month in a format of Django's, where no backslash makes a letter of it.
_DAY_OF_MONTH = re.compile(r"(?<!\\)j")


def date_format(value: date | datetime, format: str | None = None) -> str:
    """``value`` in one of Django's formats, with the first of a month as French has it: *1er*.

    A moment is written as it is on the clock of its own time zone.
    """
    format = formats.get_format(format or "DATE_FORMAT")
    if value.day == 1 and (get_language() or "").startswith("fr"):
        format = _DAY_OF_MONTH.sub(r"j\\e\\r", format)
    return formats.date_format(value, format)


def read_day(year: int, month: int = 1, day: int = 1) -> date | None:
    """The day; None where there is no such day in the years that are read."""
    try:
        read = date(year, month, day)
    except (ValueError, OverflowError):
        return None
    return read if _FIRST_DAY <= read <= _LAST_DAY else None


def read_week(text: str) -> date | None:
    """The Monday of the week that ``text`` names as "2026-09"; None where it names none."""
    try:
        monday = datetime.strptime(f"{text}-1", "%G-%V-%u").date()
    except ValueError:
        return None
    return monday if _FIRST_DAY <= monday <= _LAST_DAY else None


def read_moment(text: str) -> datetime | None:
    """The moment that ``text`` names in ISO 8601, in UTC; None where it names none."""
    try:
        read = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return read if _FIRST_MOMENT <= read <= _LAST_MOMENT else None


class DayField(forms.DateField):
    """A day, from a date picker or typed as people write dates.

    ``min_days_ahead`` and ``max_days_ahead`` bound it, counted from today (0); a day beyond
    them is refused with the message ``out_of_range``.
    """

    def __init__(
        self,
        *,
        max_days_ahead: int | None = None,
        min_days_ahead: int | None = None,
        out_of_range: "StrOrPromise" = "",
        **kwargs: Any,
    ) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        messages = {"invalid": _("Écrivez une date, par exemple 12/06/2026.")}
        messages |= kwargs.pop("error_messages", {})
        super().__init__(
            input_formats=_INPUT_FORMATS, widget=widget, error_messages=messages, **kwargs
        )
        self._max_days_ahead, self._min_days_ahead, self._out_of_range = (
            max_days_ahead,
            min_days_ahead,
            out_of_range,
        )

    def to_python(self, value: Any) -> Any:
        """The day; raise ValidationError where it is none."""
        day = super().to_python(value)
        if day is not None and not _FIRST_DAY <= day <= _LAST_DAY:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid")
        return day

    def clean(self, value: Any) -> Any:
        """The day; raise ValidationError where it is out of range."""
        day = super().clean(value)
        if day is not None:
            days_ahead = (day - timezone.localdate()).days
            is_too_late = self._max_days_ahead is not None and days_ahead > self._max_days_ahead
            if (
                is_too_late
                or self._min_days_ahead is not None
                and days_ahead < self._min_days_ahead
            ):
                raise forms.ValidationError(self._out_of_range)
        return day


class LocalTimeField(forms.DateTimeField):
    """A day and an hour as clocks show them somewhere, without a time zone."""

    def __init__(self, **kwargs: Any) -> None:
        words = _("Choisissez un jour et une heure.")
        super().__init__(
            widget=forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format=_LOCAL_FORMATS[0]
            ),
            error_messages={"required": words, "invalid": words},
            **kwargs,
        )

    def to_python(self, value: Any) -> datetime | None:
        """What clocks show; raise ValidationError where it is nothing that they do."""
        if value in self.empty_values:
            return None
        for form in _LOCAL_FORMATS:
            with suppress(ValueError):
                shown = datetime.strptime(value.strip(), form)
                if _FIRST_DAY <= shown.date() <= _LAST_DAY:
                    return shown
        raise forms.ValidationError(self.error_messages["invalid"], "invalid")


class MomentField(forms.DateTimeField):
    """A moment that a page holds in a field."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = [MinValueValidator(_FIRST_MOMENT), MaxValueValidator(_LAST_MOMENT)]
        super().__init__(validators=bounds, **kwargs)


def start_of_day(day: date) -> datetime:
    """The moment at which ``day`` begins in the current time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of_day(day: date | None) -> datetime | None:
    """The last second of ``day`` in the current time zone; None where ``day`` is None."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None
