"""The forms and fields of territories, departments and countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import LongSelect
from accounts.base.text import fold
from accounts.territories import countries
from accounts.territories.lookup import NewTerritory
from accounts.territories.models import (
    HOME_COUNTRY,
    OFFICIAL_TYPES,
    Territory,
    TerritoryType,
)
from accounts.territories.queries import departments_by_code
from accounts.territories.search import search_territories

if TYPE_CHECKING:
    pass


_MAX_NAME_LENGTH = 160


def _department_choices() -> list[tuple[str, Promise | str]]:
    """The choices of departments, (code, code and name), by code: a key pressed finds it."""
    named = ((row.code, f"{row.code} — {row.name}") for row in departments_by_code())
    return [("", _("Choisissez…")), *named]


class DepartmentField(forms.ChoiceField):
    """A department; cleans to its code, or to an empty string.

    Optional: the form decides whether it is required, by the country. The choices are read
    from the database each time.
    """

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": _("Son département"),
            "choices": _department_choices,
            "required": False,
            "widget": LongSelect,
        }
        errors = {"invalid_choice": _("Choisissez un département de la liste.")}
        super().__init__(error_messages=errors, **defaults | kwargs)


class CountryField(forms.ChoiceField):
    """A country, named in the active language; France unless another is chosen."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": _("Pays"),
            "choices": countries.choices,
            "initial": HOME_COUNTRY,
            "widget": LongSelect,
        }
        errors = {"invalid_choice": _("Choisissez un pays de la liste.")}
        super().__init__(error_messages=errors, **defaults | kwargs)

    def clean(self, value: str) -> str:
        """The code; France where none is sent."""
        text: str = super().clean(value or HOME_COUNTRY)
        return text


class TerritoryForm(forms.Form):
    """A territory that is not on the official list; ``new_territory`` is its answer."""

    name = forms.CharField(
        label=_("Son nom"),
        max_length=_MAX_NAME_LENGTH,
        error_messages={
            "required": _("Écrivez le nom du territoire."),
            "max_length": _("Ce nom est trop long : %(limit_value)d caractères au plus."),
        },
    )
    type = forms.ChoiceField(
        label=_("Sa nature"),
        choices=[(it.value, it.label) for it in TerritoryType if it not in OFFICIAL_TYPES],
        error_messages={
            "required": _("Dites de quelle nature est ce territoire."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    department_code = DepartmentField(help_text=_("Le principal, s’il y en a plusieurs."))
    country = CountryField()

    def clean_name(self) -> str:
        """The name, single-spaced. Raise ValidationError where it has no letter."""
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError(_("Écrivez son nom avec des lettres."))
        return name

    def clean(self) -> dict[str, Any]:
        """Require a department in France, and drop it abroad."""
        super().clean()
        data = self.cleaned_data
        if data.get("country", HOME_COUNTRY) != HOME_COUNTRY:
            self.errors.pop("department_code", None)
            data["department_code"] = ""
        elif not data.get("department_code") and "department_code" not in self.errors:
            self.add_error("department_code", _("Choisissez son département."))
        return data

    @property
    def new_territory(self) -> NewTerritory:
        """The NewTerritory, once the form is valid."""
        named = ("name", "type", "department_code", "country")
        return NewTerritory(**{name: self.cleaned_data[name] for name in named})


#: The value of the radio button for none of the suggestions.
NONE_OF_THESE = "-"


_MAX_SUGGESTIONS = 12


class TerritoryChoiceForm(forms.Form):
    """A territory by its name, for forms to inherit; ``chosen_territory`` is its answer.

    Words that name one territory choose it; otherwise the form is invalid and
    ``suggestions`` holds those that it may mean. The page's script may send its slug.
    """

    territory_words = forms.CharField(
        label=_("Son territoire"),
        required=False,
        max_length=160,
        help_text=_(
            "Une commune, une intercommunalité, ou un territoire que d’autres ont ajouté. "
            "Tapez le début de son nom, et son département si plusieurs le portent : "
            "« thouars », « saint-sauveur 38 »…"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    territory_asked = forms.CharField(required=False, max_length=160, widget=forms.HiddenInput)
    territory = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    suggestions: Sequence[Territory] = ()
    #: Whether a territory that is not on the list may be added to the organisation's.
    may_add_territory = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slug := self.initial.get("territory"):
            self.suggestions = list(Territory.objects.filter(slug=slug))

    def clean(self) -> dict[str, Any]:
        """Keep the chosen territory among the suggestions, unless the words have changed."""
        super().clean()
        data = self.cleaned_data
        slug = data.get("territory")
        if slug and slug != NONE_OF_THESE:
            self.suggestions = list(Territory.objects.filter(slug=slug))
            if self.suggestions and not _matches_words(self.suggestions[0], data):
                self.suggestions, data["territory"] = (), ""
        return data

    def chosen_territory(self, data: dict[str, Any]) -> Territory | None:
        """The territory meant, or None; adds an error where that is not clear."""
        slug, words = data.get("territory"), data.get("territory_words")
        if slug and slug != NONE_OF_THESE:
            if not self.suggestions:
                self.add_error("territory_words", _("Ce territoire n’est pas connu."))
            return self.suggestions[0] if self.suggestions else None
        if not words or (slug == NONE_OF_THESE and data.get("territory_asked") == fold(words)):
            return None
        return self._find_named(words)

    def _find_named(self, words: str) -> Territory | None:
        self.suggestions = search_territories(words, _MAX_SUGGESTIONS)
        meant = fold(words)
        same = [it for it in self.suggestions if meant in (it.folded_name, fold(str(it)))]
        if len(same) == 1:
            value: Territory | None = same[0]
            return value
        message = (
            _("Lequel est-ce ? Choisissez ci-dessous.")
            if self.suggestions
            else self._unknown_territory_message()
        )
        self.add_error("territory_words", message)
        return None

    def _unknown_territory_message(self) -> str:
        """What is said of words that no territory has, with what there is to do."""
        if not self.may_add_territory:
            return gettext(
                "Nous ne connaissons pas de territoire de ce nom. Corrigez-le, ou laissez ce "
                "champ vide : vous pourrez l’ajouter plus tard."
            )
        return format_html(
            '{} <a href="{}">{}</a>',
            _("Nous ne connaissons pas de territoire de ce nom. Corrigez-le, ou :"),
            reverse("own-territories"),
            _("ajoutez-le à ceux de votre organisation"),
        )

    @property
    def chosen_territory_slug(self) -> str:
        """The slug chosen among ``suggestions``, or that of the only one."""
        typed = self.data.get("territory") or self.data.get("territory_words")
        alone = len(self.suggestions) == 1 and not typed
        text: str = self.suggestions[0].slug if alone else self.data.get("territory", "")
        return text

    @property
    def asked_territory(self) -> str:
        """The folded words that the suggestions answer."""
        return fold(self.data.get("territory_words", ""))


def initial_territory(territory: Territory | None) -> dict[str, str]:
    """The initial values of a TerritoryChoiceForm that names ``territory``, if any."""
    if territory is None:
        return {}
    return {"territory_words": str(territory), "territory": territory.slug}


def _matches_words(chosen: Territory, data: Mapping[str, Any]) -> bool:
    """Whether the words typed are those the choice was offered for, or name ``chosen``."""
    words = fold(data.get("territory_words") or "")
    return words in {"", data.get("territory_asked"), chosen.folded_name, fold(str(chosen))}
