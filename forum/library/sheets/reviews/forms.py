"""The form of a review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.threads.forms import reason_field
from forum.library.sheets.reviews.models import Verdict

MAX_REMARK_LENGTH = 3000


class ReviewForm(forms.Form):
    """What a reviewer says; a sheet to be revised needs to be told why."""

    verdict = forms.ChoiceField(
        label=_("Votre avis"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’une des réponses proposées."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    remark = reason_field(
        _("Vos remarques, pour les auteurs"), max_length=MAX_REMARK_LENGTH, rows=5
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a remark where the sheet is to be revised."""
        super().clean()
        data = self.cleaned_data
        if data.get("verdict") == Verdict.REVISE and not data.get("remark"):
            self.add_error("remark", _("Dites aux auteurs ce qui est à revoir."))
        return data
