"""The forms that rename an organisation, or merge it into another."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import NameField
from accounts.models import Organisation
from accounts.organisations.lookup import find_by_name


class _OrganisationForm(forms.Form):
    """Why an organisation is changed: asked last."""

    reason = forms.CharField(
        label=_("Pourquoi"),
        help_text=_("Pour le journal, et pour le contact de l’organisation."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Dites pourquoi.")},
    )
    field_order = ("target", "name", "reason")


class MergeForm(_OrganisationForm):
    """The organisation that another becomes part of, by its name, and why."""

    target = forms.CharField(
        label=_("Organisation qui demeure"),
        help_text=_("Son nom, tel qu’il est dans l’annuaire ; du même collège."),
        max_length=160,
        error_messages={"required": _("Écrivez le nom de l’organisation.")},
    )

    def clean_target(self) -> Organisation:
        """The organisation of this name."""
        target = find_by_name(self.cleaned_data["target"])
        if target is None:
            raise forms.ValidationError(_("Aucune organisation ne porte ce nom."))
        return target


class RenameForm(_OrganisationForm):
    """The new name of an organisation, and why."""

    name = NameField(
        label=_("Nouveau nom"),
        help_text=_("Le nom complet ; l’ancien restera dit à côté."),
        max_length=160,
        error_messages={"required": _("Écrivez le nom de l’organisation.")},
    )
