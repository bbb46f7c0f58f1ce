"""The forms that invite to a seat, and declare an e-mail domain."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import AddressField

#: Domains where anyone may have an address.
_PUBLIC_MAIL_DOMAINS = {
    "bbox.fr", "free.fr", "gmail.com", "googlemail.com", "gmx.com", "gmx.fr", "hotmail.com",
    "hotmail.fr", "icloud.com", "laposte.net", "live.com", "live.fr", "mailo.com", "me.com",
    "msn.com", "neuf.fr", "numericable.fr", "orange.fr", "outlook.com", "outlook.fr",
    "proton.me", "protonmail.com", "sfr.fr", "tutanota.com", "wanadoo.fr", "yahoo.com",
    "yahoo.fr", "zaclys.net",
}  # fmt: skip
_DOMAIN_PATTERN = re.compile(r"(?=.{4,120}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")


class SeatInvitationForm(forms.Form):
    """The address to invite."""

    email = AddressField(
        label=_("Son adresse électronique"),
        max_length=200,
        error_messages={
            "required": _("Écrivez l’adresse de la personne à inviter."),
            "invalid": _("Écrivez une adresse, comme nom@exemple.fr."),
        },
    )


class EmailDomainForm(forms.Form):
    """The domain of an organisation's addresses."""

    domain = forms.CharField(
        label=_("La fin de vos adresses"),
        max_length=120,
        help_text=_("Ce qui suit l’arobase : mairie-exemple.fr."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Écrivez un domaine, comme mairie-exemple.fr.")},
    )

    def clean_domain(self) -> str:
        """The domain in lower case. Raise ValidationError for none, or a public one."""
        domain = self.cleaned_data["domain"].strip().casefold().rpartition("@")[2]
        if not _DOMAIN_PATTERN.fullmatch(domain):
            raise forms.ValidationError(
                _("« %(domain)s » n’est pas un domaine, comme mairie-exemple.fr."),
                params={"domain": domain},
            )
        if domain in _PUBLIC_MAIL_DOMAINS:
            raise forms.ValidationError(
                _(
                    "Tout le monde peut avoir une adresse en @%(domain)s : elle ne dit rien de "
                    "votre organisation."
                ),  # fmt: skip
                params={"domain": domain},
            )
        text: str = domain
        return text
