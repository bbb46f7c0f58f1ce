"""Licences under which what people share may be reused, and where their texts stand."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """What others may do with what somebody shares."""

    ETALAB = "etalab-2.0", _("Licence Ouverte 2.0")
    CC_BY = "cc-by-4.0", _("CC BY 4.0")
    CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0")
    CC0 = "cc0-1.0", _("CC0 1.0")
    NETWORK = "reseau", _("droits réservés, usage dans le réseau")


#: Those under which a sheet, or a thread, becomes public.
PUBLIC_LICENCES = (Licence.ETALAB, Licence.CC_BY_SA)
_ADDRESSES: dict[str, str] = {
    Licence.ETALAB: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/deed.fr",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/deed.fr",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/deed.fr",
}


def licence_address(licence: str) -> str:
    """Where the text of ``licence`` can be read; "" for rights that are reserved."""
    return _ADDRESSES.get(licence, "")


def licence_terms(licence: str) -> str:
    """What ``licence`` allows, in plain words; "" for one that is not for the public."""
    words: str | Promise = ""
    if licence == Licence.ETALAB:
        words = _(
            "Chacun peut copier, modifier et diffuser ces textes, même dans ce qui se vend, en "
            "citant leur source et leur date."
        )
    elif licence == Licence.CC_BY_SA:
        words = _(
            "Chacun peut copier, modifier et diffuser ces textes, même dans ce qui se vend, en "
            "citant leurs auteurs, et en partageant sous la même licence ce qu’il en fait."
        )
    return str(words)


class Licensable(models.Model):
    """What all may reuse under a ``licence``, once it is public; "" where none was said."""

    licence = models.CharField(
        _("licence"), max_length=20, choices=Licence, blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True

    @property
    def licence_address(self) -> str:
        """Where its licence can be read."""
        return licence_address(self.licence)

    @property
    def licence_terms(self) -> str:
        """What its licence allows."""
        return licence_terms(self.licence)
