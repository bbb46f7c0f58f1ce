"""Days as people give them in forms: a native picker, or typed as one writes a date."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"]


class DayField(forms.DateField):
    """A day; ``max_days_ahead`` and ``min_days_ahead`` are days from today (0 is today) that bound it."""

    def __init__(self, *, max_days_ahead=None, min_days_ahead=None, out_of_range="", **kwargs):
        """``out_of_range`` is what is said of a day beyond them."""
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=_INPUT_FORMATS, widget=widget, **kwargs)
        self.error_messages["invalid"] = _("Écrivez une date, par exemple 12/06/2026.")
        self._max_days_ahead, self._min_days_ahead, self._out_of_range = (
            max_days_ahead,
            min_days_ahead,
            out_of_range,
        )

    def clean(self, value):
        """The day, within the bounds."""
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


def end_of_day(day):
    """The last moment of ``day`` here, as a moment; None of None."""
    return day and timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
