"""A form field for days, and the end of a day as a moment."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"]


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
        super().__init__(input_formats=_INPUT_FORMATS, widget=widget, **kwargs)
        self.error_messages["invalid"] = _("Écrivez une date, par exemple 12/06/2026.")
        self._max_days_ahead, self._min_days_ahead, self._out_of_range = (
            max_days_ahead,
            min_days_ahead,
            out_of_range,
        )

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


def end_of_day(day: date | None) -> datetime | None:
    """The last second of ``day`` in the current time zone; None where ``day`` is None."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None
