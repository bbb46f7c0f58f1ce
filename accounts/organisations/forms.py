"""The forms of organisations and seats: which organisation is meant, why a seat is refused."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.dates import DayField
from accounts.organisations.founding import NewOrganisation, close_to, named, other_college
from accounts.organisations.models import College
from accounts.territories.models import Territory
from accounts.text import fold

_DEPARTMENT = re.compile(r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[46-8]")
_LONGEST_NAME = 160
_NONE_OF_THESE = ""


class OrganisationForm(forms.Form):
    """Which organisation one acts for, by name, in its college.

    ``organisation`` cleans to one of ours, or to a NewOrganisation. A name that is not
    known comes back with ``is_unknown`` and ``close``, those that resemble it: one then
    chooses, or says that it is new and where. All in plain pages, nothing typed lost.
    """

    college = forms.ModelChoiceField(
        College.objects.all(),
        label=_("Au titre de quel collège signez-vous ?"),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez le collège de votre organisation."),
            "invalid_choice": _("Choisissez l’un des collèges proposés."),
        },
    )
    organisation = forms.CharField(
        label=_("Au nom de"),
        max_length=_LONGEST_NAME,
        help_text=_("Le nom complet de votre organisation."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
        error_messages={"required": _("Écrivez le nom de votre organisation.")},
    )
    same = forms.CharField(required=False, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    create = forms.BooleanField(label=_("Créer cette organisation"), required=False)
    department_code = forms.CharField(
        label=_("Son département"),
        max_length=3,
        help_text=_("Son code : 22, 2A, 971…"),
        widget=forms.TextInput(attrs={"size": 4}),
        error_messages={
            "required": _("Écrivez le code de son département."),
            "max_length": _("Écrivez un code : 22, 2A, 971…"),
        },
    )

    def __init__(self, *args, **kwargs):
        """Nothing is unknown until something is typed."""
        super().__init__(*args, **kwargs)
        self.is_unknown, self.close = False, []

    def clean_department_code(self):
        """The code of a French department, as the law writes it."""
        code = self.cleaned_data["department_code"].strip().upper().zfill(2)
        if not _DEPARTMENT.fullmatch(code):
            raise forms.ValidationError(
                _("« %(code)s » n’est pas un code de département."), params={"code": code}
            )
        return code

    def clean(self):
        """Find the organisation, or what founds it."""
        data = super().clean()
        self._department_errors = self.errors.pop("department_code", None)
        if name := " ".join(data.get("organisation", "").split()):
            data["organisation"] = self._organisation(name, data)
        return data

    def _organisation(self, name, data):
        """The organisation meant, None where that is not clear yet."""
        known = named(name)
        if known is None:
            self.is_unknown, self.close = True, close_to(name)
            known = self._chosen(name, data)
            if known is None:
                return self._new(name, data)
        if data.get("college") and known.college_id != data["college"].pk:
            self.add_error("college", other_college(known))
        return known

    def _chosen(self, name, data):
        """The one picked among those that resemble this very name."""
        if data.get("asked") != fold(name):
            return None
        return next((one for one in self.close if one.slug == data.get("same")), None)

    def _new(self, name, data):
        if len(fold(name)) > _LONGEST_NAME:
            self.add_error("organisation", _("Ce nom est trop long."))
        elif not data.get("create") or data.get("asked") != fold(name):
            self.add_error("organisation", self._unknown(name))
        elif self._department_errors:
            self.errors["department_code"] = self._department_errors
        elif data.get("college"):
            code = data["department_code"]
            return NewOrganisation(name, data["college"], code, _territory(name, code))
        return None

    def _unknown(self, name):
        words = (
            _("Nous ne connaissons pas « %s ». Est-ce l’une de celles-ci ?")
            if self.close
            else _("Nous ne connaissons pas « %s ». Vérifiez son nom, ou créez-la.")
        )
        return words % name

    @property
    def asked_now(self):
        """The name that the question about an unknown organisation is about."""
        return fold(self.data.get("organisation", ""))

    @property
    def chosen(self):
        """The slug picked among ``close``, to show again."""
        return self.data.get("same", _NONE_OF_THESE)


class RefuseForm(forms.Form):
    """Why something is refused; who asked for it reads it."""

    reason = forms.CharField(
        label=_("Motif, que la personne pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites à la personne pourquoi vous refusez.")},
    )


class EndForm(forms.Form):
    """When a mandate ends; left empty, it is now."""

    day = DayField(
        label=_("Dernier jour du mandat"),
        required=False,
        earliest=0,
        bounds=_("Cette date est passée : laissez vide pour y mettre fin maintenant."),
        help_text=_("Vide : maintenant."),
    )


def _territory(name, code):
    """The territory that bears this name in this department, which it surely acts on."""
    found = Territory.objects.filter(folded=fold(name), department_codes__contains=code)
    return found.first()
