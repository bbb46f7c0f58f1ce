"""The forms of territories: which department, which country, which new territory."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.territories import countries
from accounts.territories.founding import NewTerritory
from accounts.territories.models import GROUPINGS, HOME, Department, Nature

_CODE = re.compile(r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[46-9]")
_LONGEST_NAME = 160


class DepartmentField(forms.CharField):
    """A department's code as one writes it: 22, 2a, 1, 971.

    It is one of those that are loaded; before any is, one that the law knows.
    """

    def __init__(self, **kwargs):
        """With our words, unless others are given."""
        errors = {
            "required": _("Écrivez le code de son département."),
            "max_length": _("Écrivez un code : 22, 2A, 971…"),
        }
        defaults = {
            "label": _("Son département"),
            "max_length": 3,
            "help_text": _("Son code : 22, 2A, 971…"),
            "widget": forms.TextInput(attrs={"size": 4}),
        }
        super().__init__(error_messages=errors, **defaults | kwargs)

    def clean(self, value):
        """The code as it is written in the official list; empty where that is allowed."""
        if not (written := super().clean(value)):
            return ""
        code = written.upper().zfill(2)
        if not _is_department(code):
            raise forms.ValidationError(
                _("« %(code)s » n’est pas un code de département."), params={"code": code}
            )
        return code


class CountryField(forms.ChoiceField):
    """A country, named in the language of the page; France unless another is chosen."""

    def __init__(self, **kwargs):
        """The names are asked for each time a form is made."""
        defaults = {"label": _("Pays"), "choices": countries.choices, "initial": HOME}
        errors = {"invalid_choice": _("Choisissez un pays de la liste.")}
        super().__init__(error_messages=errors, **defaults | kwargs)

    def clean(self, value):
        """A code; a form that does not ask means France."""
        return super().clean(value or HOME)


class TerritoryForm(forms.Form):
    """A territory that is not on the official list. ``new`` is what it describes."""

    name = forms.CharField(
        label=_("Son nom"),
        max_length=_LONGEST_NAME,
        error_messages={
            "required": _("Écrivez le nom du territoire."),
            "max_length": _("Ce nom est trop long : %(limit_value)d caractères au plus."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Sa nature"),
        choices=[(one.value, one.label) for one in Nature if one not in GROUPINGS],
        error_messages={
            "required": _("Dites de quelle nature est ce territoire."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    department_code = DepartmentField(
        required=False, help_text=_("Le principal : 22, 2A, 971… Inutile hors de France.")
    )
    country = CountryField()

    def clean_name(self):
        """Single spaces, and at least one letter."""
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError(_("Écrivez son nom avec des lettres."))
        return name

    def clean(self):
        """In France a territory has a department; abroad it has none."""
        data = super().clean()
        if data.get("country", HOME) != HOME:
            self.errors.pop("department_code", None)
            data["department_code"] = ""
        elif not data.get("department_code") and "department_code" not in self.errors:
            self.add_error("department_code", _("Écrivez le code de son département."))
        return data

    @property
    def new(self):
        """The territory described, once the form is valid."""
        named = ("name", "kind", "department_code", "country")
        return NewTerritory(**{name: self.cleaned_data[name] for name in named})


def _is_department(code):
    if Department.objects.filter(code=code).exists():
        return True
    return bool(_CODE.fullmatch(code)) and not Department.objects.exists()
