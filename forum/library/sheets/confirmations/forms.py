"""The form that says what is no longer true of a sheet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.threads.forms import reason_field


class OutdatedForm(forms.Form):
    """What has changed, at the head of the sheet."""

    outdated = reason_field(
        _("Ce qui n’est plus vrai"),
        max_length=500,
        rows=3,
        required=_("Dites en une phrase ce qui n’est plus vrai."),
        help_text=_("Ces mots seront lus en tête de la fiche."),
    )
