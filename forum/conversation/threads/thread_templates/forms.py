"""The form of a guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.threads.forms import TypedTextField
from forum.conversation.threads.thread_templates.actions import GuideTexts
from forum.conversation.threads.thread_templates.models import MAX_LENGTH

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _text_field(
    label: _StrPromise,
    help_text: str | _StrPromise = "",
    *,
    required: bool = False,
    rows: int = 6,
) -> TypedTextField:
    return TypedTextField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": _("Dites au moins une chose à qui commence."),
            "max_length": _(
                "C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus."
            ),
        },
    )


class GuideForm(forms.Form):
    """What a guide says, and what a thread begins with."""

    guide = _text_field(
        _("Guide"), _("Quelques lignes, lues avant d’écrire. Mise en forme : Markdown."),
        required=True,
    )  # fmt: skip
    text = _text_field(
        _("Début du texte"),
        _("Ce qui attend dans le message, à compléter : des titres, des questions."),
    )
    guide_en = _text_field(_("Guide en anglais"))
    text_en = _text_field(_("Début du texte en anglais"))

    @property
    def texts(self) -> GuideTexts:
        """What was typed, with lines as they are kept."""
        typed = {
            name: self.cleaned_data[name].replace("\r\n", "\n").strip()
            for name in GuideTexts._fields
        }
        return GuideTexts(**typed)
