"""Days as people give them in forms: a native picker, or typed as one writes a date."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Days: no mandate lasts longer.
LONGEST_MANDATE = 40 * 366
_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"]


class DayField(forms.DateField):
    """A day; ``latest`` and ``earliest`` are days from today (0 is today) that bound it."""

    def __init__(self, *, latest=None, earliest=None, bounds="", **kwargs):
        """``bounds`` is what is said of a day beyond them."""
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=_FORMATS, widget=widget, **kwargs)
        self.error_messages["invalid"] = _("Écrivez une date, par exemple 12/06/2026.")
        self._latest, self._earliest, self._bounds = latest, earliest, bounds

    def clean(self, value):
        """The day, within the bounds."""
        day = super().clean(value)
        if day is not None:
            away = (day - timezone.localdate()).days
            late = self._latest is not None and away > self._latest
            if late or self._earliest is not None and away < self._earliest:
                raise forms.ValidationError(self._bounds)
        return day


def end_of(day):
    """The last moment of ``day`` here, as a moment; None of None."""
    return day and timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
