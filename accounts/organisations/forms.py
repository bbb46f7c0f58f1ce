"""The forms of organisations and seats: which organisation is meant, why a seat is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.dates import LONGEST_MANDATE, DayField
from accounts.organisations.founding import NewOrganisation, close_to, named, other_college
from accounts.organisations.models import College
from accounts.territories.choosing import TerritoryChoice
from accounts.territories.forms import CountryField, DepartmentField
from accounts.territories.models import HOME, Territory, in_department
from accounts.text import fold

_LONGEST_NAME = 160
_NONE_OF_THESE = ""


class OrganisationForm(TerritoryChoice):
    """Which organisation one acts for, by name, in its college.

    ``organisation`` cleans to one of ours, or to a NewOrganisation. A name that is not
    known comes back with ``is_unknown`` and ``close``, those that resemble it: one then
    chooses, or says that it is new and where: on which territory, else in which department
    or country. All in plain pages, nothing typed lost.
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
    department_code = DepartmentField(
        required=False,
        help_text=_("Son code : 22, 2A, 971… Inutile avec un territoire, ou hors de France."),
    )
    country = CountryField(label=_("Son pays"))

    field_order = ["college", "organisation"]

    def __init__(self, *args, **kwargs):
        """Nothing is unknown until something is typed."""
        super().__init__(*args, **kwargs)
        self.is_unknown, self.close = False, []

    def clean(self):
        """Find the organisation, or what founds it."""
        data = super().clean()
        self._place_errors = {
            name: self.errors.pop(name)
            for name in ("department_code", "country")
            if name in self.errors
        }
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
        else:
            return self._founded(name, data)
        return None

    def _founded(self, name, data):
        """What founds it, if where it acts is clear."""
        if territory := self.chosen_territory(data):
            country, code = territory.country, territory.department
        elif self._place_errors:
            self.errors.update(self._place_errors)
            return None
        else:
            country = data.get("country", HOME)
            code = data.get("department_code", "") if country == HOME else ""
        if "territory_words" in self.errors or not data.get("college"):
            return None
        if country == HOME and not code:
            words = _("Choisissez son territoire, ou écrivez le code de son département.")
            self.add_error("department_code", words)
            return None
        territory = territory or _territory(name, code, country)
        return NewOrganisation(name, data["college"], code, territory, country)

    def _unknown(self, name):
        words = (
            _("Nous ne connaissons pas « %s ». Est-ce l’une de celles-ci ?")
            if self.close
            else _("Nous ne connaissons pas « %s ». Vérifiez son nom, ou créez-la.")
        )
        return words % name

    @property
    def where(self):
        """The fields that say where it is, to keep while they are not asked for."""
        typed = ("territory", "territory_words", "territory_asked")
        return [self[name] for name in (*typed, "department_code", "country")]

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
        latest=LONGEST_MANDATE,
        bounds=_(
            "Cette date est passée, ou trop lointaine : laissez vide pour y mettre fin "
            "maintenant."
        ),
        help_text=_("Vide : maintenant."),
    )


def _territory(name, code, country):
    """The territory that bears this name in this place, which it surely acts on."""
    found = Territory.objects.filter(folded=fold(name), country=country)
    return found.filter(in_department(code)).first() if code else found.first()
