"""Whose account may be closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.closing.queries import is_only_animator

if TYPE_CHECKING:
    from accounts.users.models import User


def closing_refusal(person: User) -> str:
    """Why the account of ``person`` cannot be closed now; an empty string where it can."""
    if is_only_animator(person):
        return _(
            "Vous êtes la seule personne à animer le réseau : sans vous, plus personne ne "
            "confirmerait de siège ni ne répondrait aux signalements. Demandez d’abord à "
            "l’hébergeur du site d’en désigner une autre."
        )
    return ""
