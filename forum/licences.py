"""Licences under which what people share may be reused, and where their texts stand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """What others may do with what somebody shares."""

    ETALAB = "etalab-2.0", _("Licence Ouverte 2.0")
    CC_BY = "cc-by-4.0", _("CC BY 4.0")
    CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0")
    CC0 = "cc0-1.0", _("CC0 1.0")
    NETWORK = "reseau", _("droits réservés, usage dans le réseau")


#: Those under which a sheet becomes public.
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
