"""The form that renames an organisation."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RenameForm(forms.Form):
    """The new name of an organisation, and why."""

    name = forms.CharField(
        label=_("Nouveau nom"),
        help_text=_("Le nom complet ; l’ancien restera dit à côté."),
        max_length=160,
        error_messages={"required": _("Écrivez le nom de l’organisation.")},
    )
    reason = forms.CharField(
        label=_("Pourquoi"),
        help_text=_("Pour le journal, et pour le contact de l’organisation."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Dites pourquoi.")},
    )
