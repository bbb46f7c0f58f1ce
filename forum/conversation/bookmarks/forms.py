"""The form of a bookmark: a note to oneself, and when to be reminded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField
from forum.conversation.bookmarks.models import MAX_NOTE_LENGTH

#: Five years.
_MAX_DAYS_AHEAD = 1826


class NoteField(forms.CharField):
    """A text of several lines; the end of one counts as one character, as browsers count it."""

    def to_python(self, value: Any) -> str:
        """The text, its lines ended in one way."""
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n")


class BookmarkForm(forms.Form):
    """The note of a bookmark, and the day of its reminder."""

    note = NoteField(
        label=_("Note pour moi"),
        help_text=_("Personne d’autre ne la lit."),
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    remind_on = DayField(
        label=_("Me le rappeler le"),
        help_text=_(
            "À 8 h, dans votre boîte de réception, et par courriel comme le reste de ce qui "
            "vous concerne. Sans date, rien ne vous est rappelé."
        ),
        required=False,
        min_days_ahead=1,
        max_days_ahead=_MAX_DAYS_AHEAD,
        out_of_range=_("Choisissez un jour à venir : demain au plus tôt, d’ici cinq ans."),
    )
