"""Visio, of the French State (suitenumerique/meet): its external API, in the name of a person.

A token is asked for the address of the person, whose domain must have been allowed to the
site there, and a call with it, which is theirs and stays. Who has no account waits in its
lobby until somebody who has one lets them in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.conversation.meetings.hosted_calls.providers import (
    CallFailed,
    CallProvider,
    ask,
    refusal,
)
from forum.conversation.meetings.models import MAX_URL_LENGTH

if TYPE_CHECKING:
    from requests import Response

    from accounts.models import User

#: What it says where it knows nobody of this address, or not for this site.
_NOT_FOR_PERSON = {400, 403, 404}


class Visio(CallProvider):
    """Calls that stay, each of one person."""

    name = "Visio"
    hint = gettext_lazy(
        "Visio reçoit votre adresse de courriel. L’adresse du salon se montre aux seules "
        "personnes inscrites\u202f; qui n’a pas de compte là-bas attend qu’on lui ouvre."
    )

    def new_call(self, person: User) -> str:
        """The address of a new call of ``person``."""
        asked = {
            "client_id": settings.FORUM_VISIO_CLIENT_ID,
            "client_secret": settings.FORUM_VISIO_SECRET,
            "grant_type": "client_credentials",
            "scope": person.email,
        }
        answer = self._post("application/token/", asked)
        if answer.status_code in _NOT_FOR_PERSON:
            words = _(
                "Visio n’ouvre pas de salon au nom de votre adresse de courriel\u00a0: collez "
                "l’adresse d’une visio."
            )
            raise CallFailed(words)
        token = self._value_in(answer, 200, "access_token")
        call = self._post("rooms/", {"access_level": "trusted"}, f"Bearer {token}")
        url = self._value_in(call, 201, "url")
        if not url.startswith(("https://", "http://")) or len(url) > MAX_URL_LENGTH:
            raise refusal(self, "no address")
        return url

    def _post(self, path: str, body: dict[str, str], authorization: str = "") -> Response:
        url = f"{settings.FORUM_VISIO_URL}/external-api/v1.0/{path}"
        headers = {"Authorization": authorization} if authorization else {}
        return ask(self, "POST", url, json=body, headers=headers)

    def _value_in(self, answer: Response, status: int, name: str) -> str:
        try:
            values: Any = answer.json()
        except ValueError:
            values = None
        value = values.get(name) if isinstance(values, dict) else None
        if answer.status_code != status or not isinstance(value, str):
            raise refusal(self, answer.status_code)
        return value
