"""The form that says what is told of spaces, and by which address one writes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext as _

from forum.base.spaces.models import Audience, MailContent
from forum.models import Space
from forum.site.space_settings.queries import is_site_address, taken_addresses

if TYPE_CHECKING:
    pass


class SpaceFields(NamedTuple):
    """A space and its fields, as the page shows them; ``titles``: where it is not public."""

    space: Space
    content: BoundField
    address: BoundField
    titles: BoundField | None


class SpaceSettingsForm(forms.Form):
    """A choice for each space, by its slug; ``<slug>.address``, ``<slug>.titles``."""

    def __init__(
        self,
        *args: Any,
        spaces: QuerySet[Space],
        proposed: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """``spaces``: those that may be set. ``proposed``: addresses to begin with, by slug."""
        super().__init__(*args, **kwargs)
        self._spaces = list(spaces)
        for space in self._spaces:
            self.fields[space.slug] = forms.ChoiceField(
                label=_("Ce que les courriels en disent"),
                choices=MailContent.choices,
                initial=space.mail_content,
            )
            self.fields[_address_name(space.slug)] = forms.EmailField(
                label=_("Adresse de courriel"),
                required=False,
                max_length=254,
                initial=(proposed or {}).get(space.slug) or space.mail_address,
            )
            if space.audience != Audience.PUBLIC:
                self.fields[_titles_name(space.slug)] = forms.BooleanField(
                    label=_("Les titres des questions résolues se lisent sans compte"),
                    help_text=_(
                        "Le titre seul, sur l’accueil des visiteurs, des questions posées "
                        "depuis ; qui en pose une le lit en choisissant l’espace."
                    ),
                    required=False,
                    initial=space.public_titles_since is not None,
                )

    def clean(self) -> dict[str, Any]:
        """Each address is one space's, and not the site's own."""
        addresses = self.addresses
        taken = taken_addresses(addresses.values(), but=addresses)
        for slug, address in addresses.items():
            others = [it for other, it in addresses.items() if other != slug]
            if address and is_site_address(address):
                words = _("Cette adresse est celle du site : donnez-en une autre.")
                self.add_error(_address_name(slug), words)
            elif address and (address in taken or address in others):
                words = _("Cette adresse est celle d’un autre espace.")
                self.add_error(_address_name(slug), words)
        return self.cleaned_data

    @property
    def contents(self) -> dict[str, str]:
        """What mails tell, ``{slug: MailContent}``."""
        return {it.slug: self.cleaned_data[it.slug] for it in self._spaces}

    @property
    def addresses(self) -> dict[str, str]:
        """Those that are well formed, ``{slug: address}``; empty where there is none."""
        named = {it.slug: _address_name(it.slug) for it in self._spaces}
        data = self.cleaned_data
        return {slug: data[name].lower() for slug, name in named.items() if name in data}

    @property
    def titles(self) -> dict[str, bool]:
        """Whether the titles of solved questions are public, of spaces that are not."""
        named = {it.slug: _titles_name(it.slug) for it in self._spaces}
        data = self.cleaned_data
        return {slug: data[name] for slug, name in named.items() if name in data}

    def by_space(self) -> list[SpaceFields]:
        """The fields of each space."""
        return [
            SpaceFields(
                it,
                self[it.slug],
                self[_address_name(it.slug)],
                self[name] if (name := _titles_name(it.slug)) in self.fields else None,
            )
            for it in self._spaces
        ]


def _address_name(slug: str) -> str:
    """No slug has a dot."""
    return f"{slug}.address"


def _titles_name(slug: str) -> str:
    return f"{slug}.titles"
