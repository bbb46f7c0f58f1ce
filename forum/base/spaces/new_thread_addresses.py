"""The addresses by which threads are started: ``reponse+space.topic@example.org``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

if TYPE_CHECKING:
    from forum.base.spaces.models import Space

#: RFC 5321, 4.5.3.1.1: what stands before the @.
_MAX_LOCAL_PART = 64
_TAG = re.compile(r"\+([a-z0-9_-]{1,80})(?:\.([a-z0-9_-]{1,60}))?@", re.IGNORECASE)


class NewThreadAddress(NamedTuple):
    """The slugs that such an address names; no topic: the last one, of what has no other."""

    space: str
    topic: str = ""


def takes_new_threads() -> bool:
    """Whether threads are started by mail: where it comes in, and a server vouches for it."""
    return bool(settings.FORUM_REPLY_ADDRESS and settings.FORUM_AUTHSERV_ID)


def new_thread_address(space: str, topic: str = "") -> str:
    """The address by which one starts a thread there; "" where there is none, or too long."""
    name, at, domain = settings.FORUM_REPLY_ADDRESS.partition("@")
    local_part = f"{name}+{space}.{topic}" if topic else f"{name}+{space}"
    is_usable = at and takes_new_threads() and len(local_part) <= _MAX_LOCAL_PART
    return f"{local_part}@{domain}" if is_usable else ""


def address_of_space(space: Space, topic: str = "") -> str:
    """The address by which one writes to ``space``: its own; with a topic, that of both.

    Empty where no thread is started by mail.
    """
    own = space.mail_address if takes_new_threads() and not topic else ""
    return own or new_thread_address(space.slug, topic)


def parse_new_thread_address(address: str) -> NewThreadAddress | None:
    """What ``address`` names, whether it is there or not; None where it is no such address."""
    match = _TAG.search(address) if takes_new_threads() else None
    return NewThreadAddress(match[1].lower(), (match[2] or "").lower()) if match else None
