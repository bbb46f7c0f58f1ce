"""The forms of organisations and seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField
from accounts.base.forms import NameField, hidden_field
from accounts.base.text import fold
from accounts.organisations.lookup import (
    NewOrganisation,
    find_by_name,
    find_similar,
    wrong_college_message,
)
from accounts.organisations.models import MAX_MANDATE_DAYS, College
from accounts.organisations.namesakes import is_generic
from accounts.territories.forms import (
    NONE_OF_THESE,
    CountryField,
    DepartmentField,
    TerritoryChoiceForm,
)
from accounts.territories.models import HOME_COUNTRY
from accounts.territories.search import find_official, territory_named
from accounts.territories.search_keys import names_commune

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation, Seat
    from accounts.territories.models import Territory


_MAX_NAME_LENGTH = 160


class OrganisationForm(TerritoryChoiceForm):
    """The organisation that a person acts for, by its name and college.

    ``organisation`` cleans to an Organisation or a NewOrganisation. An unknown name makes the
    form invalid once, with ``is_unknown``, the ``similar`` organisations and a
    ``follow_up_question``, which is no error: the person chooses one of these, or states that
    it is new and where it acts (a territory, else a department or country), and sends the form
    again. A name of the official lists of territories that resembles no known one is accepted
    at once; that of a commune where it says that it is one, as others are called like places.

    A name that says only what the organisation is, such as *Commune*, is refused, with
    ``is_generic``. ``unlisted``: words given as a territory that are not on the list, and
    were ignored.
    """

    generic_message = _("Écrivez le nom entier, par exemple « Commune de Lavaldens ».")
    unsaved_fields = frozenset({"same", "asked"})  # Answers to questions that are asked again.
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
    organisation = NameField(
        label=_("Au nom de"),
        max_length=_MAX_NAME_LENGTH,
        help_text=_("Le nom complet de votre organisation."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
        error_messages={"required": _("Écrivez le nom de votre organisation.")},
    )
    same = hidden_field()
    asked = hidden_field()
    department_code = DepartmentField()
    country = CountryField(label=_("Son pays"))

    field_order = ["college", "organisation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_unknown, self.is_generic = False, False
        self.similar: list[Organisation] = []
        self.unlisted, self.follow_up_question = "", ""

    def is_valid(self) -> bool:
        """Whether nothing is wrong, and nothing is to be asked about the organisation."""
        return super().is_valid() and not self.follow_up_question

    def clean(self) -> dict[str, Any]:
        """Resolve ``organisation``."""
        super().clean()
        data = self.cleaned_data
        self._location_errors = {
            name: self.errors.pop(name)
            for name in ("department_code", "country")
            if name in self.errors
        }
        if name := " ".join(data.get("organisation", "").split()):
            data["organisation"] = self._resolve_organisation(name, data)
        return data

    def _resolve_organisation(
        self, name: str, data: dict[str, Any]
    ) -> NewOrganisation | Organisation | None:
        """The organisation meant; None, with errors, where that is not clear yet."""
        known = find_by_name(name)
        if known is None and is_generic(fold(name)):
            self.is_generic = True
            self.add_error("organisation", self.generic_message)
            return None
        if known is None:
            self.is_unknown, self.similar = True, find_similar(name)
            known = self._chosen_similar(name, data)
            if known is None:
                return self._describe_new(name, data)
        if data.get("college") and known.college_id != data["college"].pk:
            self.add_error("college", wrong_college_message(known))
        return known

    def _chosen_similar(self, name: str, data: dict[str, Any]) -> Organisation | None:
        """The organisation chosen among those similar to this name, or None."""
        if data.get("asked") != fold(name):
            return None
        return next((it for it in self.similar if it.slug == data.get("same")), None)

    def _describe_new(self, name: str, data: dict[str, Any]) -> NewOrganisation | None:
        if not (data.get("territory") or data.get("territory_words")):
            self.suggestions = find_official(name)
        if len(fold(name)) > _MAX_NAME_LENGTH:
            self.add_error("organisation", _("Ce nom est trop long."))
        elif self._is_confirmed_new(name, data) or self._is_official(name):
            return self._new_organisation(name, data)
        else:
            self.follow_up_question = self._unknown_message(name, data.get("asked"))
        return None

    def _is_confirmed_new(self, name: str, data: dict[str, Any]) -> bool:
        """Whether the person stated that it is new, having seen all similar names.

        Someone who corrected the name since is asked again only where others are similar.
        """
        if not (asked := data.get("asked")):
            return False
        shown = self.similar if asked == fold(name) else find_similar(asked)
        is_answered = not shown or data.get("same") == NONE_OF_THESE
        return is_answered and all(it in shown for it in self.similar)

    def _is_official(self, name: str) -> bool:
        """Whether it can only be one of the official lists: of communes, where it says so."""
        official = find_official(name)
        if self.similar or len(official) != 1:
            return False
        return official[0].siren is not None or names_commune(name)

    def _new_organisation(self, name: str, data: dict[str, Any]) -> NewOrganisation | None:
        """The NewOrganisation; None, with errors, where its place is not clear."""
        if territory := self._resolve_territory(name, data):
            country, code = territory.country, territory.department
        elif self._location_errors:
            self.errors.update(self._location_errors)
            return None
        else:
            country, code = data.get("country", HOME_COUNTRY), self._department_code(data)
        if "territory_words" in self.errors or not data.get("college"):
            return None
        if country == HOME_COUNTRY and not code:
            words = _("Choisissez son département, ou donnez son territoire : l’un des deux.")
            self.add_error("department_code", words)
            return None
        return NewOrganisation(name, data["college"], code, territory, country)

    def _resolve_territory(self, name: str, data: dict[str, Any]) -> Territory | None:
        """The territory chosen, else the one with the organisation's name, or None.

        Where the department is given, unknown words are no error, but ``unlisted``.
        """
        words = data.get("territory_words")
        if territory := self.chosen_territory(data):
            return territory
        code, country = self._department_code(data), data.get("country", HOME_COUNTRY)
        if "territory_words" in self.errors:
            if code and words and not self.suggestions:
                del self.errors["territory_words"]
                self.unlisted = words
            return None
        if data.get("territory") == NONE_OF_THESE:
            return None
        return territory_named(name, code, country)

    def _department_code(self, data: dict[str, Any]) -> str:
        """The department's code; an empty string abroad."""
        is_home = data.get("country", HOME_COUNTRY) == HOME_COUNTRY
        code: str = data.get("department_code", "") if is_home else ""
        return code

    def _unknown_message(self, name: str, asked: str | None) -> str:
        """The question about a name that is not known."""
        if not self.similar:
            words = _(
                "Nous ne connaissons pas « %s ». Si ce nom est juste, dites plus bas où elle "
                "agit : votre signature l’inscrira."
            )
        elif not asked:
            words = _("Nous ne connaissons pas « %s ». Est-ce l’une de celles-ci ?")
        elif asked == fold(name):
            words = _("« %s » : dites plus bas si c’est l’une de celles-ci ou une nouvelle.")
        else:
            words = _("Vous avez changé le nom : est-ce bien « %s », ou l’une de celles-ci ?")
        return words % name

    @property
    def is_place_named(self) -> bool:
        """Whether the territories suggested settle where it is: nothing else was said."""
        elsewhere = self.data.get("country", HOME_COUNTRY) != HOME_COUNTRY
        said = self.data.get("department_code") or "department_code" in self.errors
        is_none = self.data.get("territory") == NONE_OF_THESE
        return bool(self.suggestions) and not (elsewhere or said or is_none)

    @property
    def location_fields(self) -> list[BoundField]:
        """The fields about its place, as hidden inputs while they are not shown."""
        typed = ("territory", "territory_words", "territory_asked")
        return [self[name] for name in (*typed, "department_code", "country")]

    @property
    def asked_name(self) -> str:
        """The folded name that was typed, to be sent back as ``asked``."""
        return fold(self.data.get("organisation", ""))

    @property
    def chosen_slug(self) -> str:
        """The slug chosen among ``similar``, while the name is the same."""
        return self.data.get("same", "") if self.data.get("asked") == self.asked_name else ""


class RefusalForm(forms.Form):
    """The reason of a refusal, which the person refused reads."""

    reason = forms.CharField(
        label=_("Motif, que la personne pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites à la personne pourquoi vous refusez.")},
    )


class MandateEndForm(forms.Form):
    """When a mandate ends (now, where left empty); ``seat`` gives the day set already."""

    day = DayField(
        label=_("Dernier jour du mandat"),
        required=False,
        min_days_ahead=0,
        max_days_ahead=MAX_MANDATE_DAYS,
        out_of_range=_(
            "Cette date est passée, ou trop lointaine : laissez vide pour y mettre fin "
            "maintenant."
        ),
        help_text=_("Vide : maintenant."),
    )

    def __init__(
        self,
        *args: Any,
        seat: Seat | None = None,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        set_end = seat.ended_at and timezone.localdate(seat.ended_at) if seat else None
        kwargs["initial"] = {"day": set_end} | (initial or {})
        super().__init__(*args, **kwargs)
