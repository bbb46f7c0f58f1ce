"""What hosts calls: how it is asked, and what is said where it hosts none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

from django.core.cache import cache
from django.utils.translation import gettext as _

from forum.base.rules import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
    from requests import Response

    from accounts.models import User

log = logging.getLogger("forum")
#: Seconds that it has to answer, and for how many nobody waits for it once it did not.
_TIMEOUT, _PAUSE = 4, 30


class CallProvider(Protocol):
    """What hosts calls. ``name``: as people call it; ``hint``: what it learns of whom."""

    name: str
    hint: StrOrPromise

    def new_call(self, person: User) -> str:
        """The ``call_url`` of a call that ``person`` keeps; raise CallFailed."""


class CallFailed(Refused):
    """No call could be made; the text says what to do instead, beside the field."""

    status = 422
    field = "hosts_call"


def ask(provider: CallProvider, method: str, url: str, **request: Any) -> Response:
    """What ``provider`` answers, of whatever status; raise CallFailed where it does not.

    No redirect is followed: what is sent is for the address of the settings alone.
    """
    from requests import RequestException  # It takes a while.
    from requests import request as send

    words = _("%(name)s ne répond pas\u00a0: réessayez dans un moment, ou collez une adresse.")
    pause = f"call-provider-hangs:{provider.name}"
    if cache.get(pause):
        raise CallFailed(words % {"name": provider.name})
    try:
        return send(method, url, timeout=_TIMEOUT, allow_redirects=False, **request)
    except RequestException as fault:
        log.error("%s does not answer: %s", provider.name, type(fault).__name__)
        cache.set(pause, True, _PAUSE)
        raise CallFailed(words % {"name": provider.name}) from None


def refusal(provider: CallProvider, reason: object) -> CallFailed:
    """What is raised where ``provider`` answers what makes no call; operators read why."""
    log.error("%s made no call: %s", provider.name, reason)
    words = _(
        "%(name)s n’a pas ouvert de salon\u00a0: collez une adresse, et prévenez l’équipe "
        "d’animation."
    )
    return CallFailed(words % {"name": provider.name})
