"""The addresses that calendars answer at: ``reponse+agenda.7.12.signature@example.org``.

Each is one person's, for one meeting. A calendar shows it to whoever it is shared with, so it
does nothing but answer that meeting, and nothing without the person's own address as sender.
"""

from __future__ import annotations

import re
from base64 import b32encode
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "forum.meetings.calendar_addresses"
#: Letters and digits of a signature, of which case does not matter: 80 bits.
_LENGTH = 16
_TAG = re.compile(
    rf"\+agenda\.(\d{{1,18}})\.(\d{{1,18}})\.([a-z2-7]{{{_LENGTH}}})@", re.IGNORECASE
)


class CalendarAddress(NamedTuple):
    """Whose such an address is, and for which meeting."""

    person_id: int
    meeting_id: int

    def __str__(self) -> str:
        """The address; empty where no mail comes in."""
        name, at, domain = settings.FORUM_REPLY_ADDRESS.partition("@")
        tag = f"agenda.{self.person_id}.{self.meeting_id}.{self._signature()}"
        return f"{name}+{tag}@{domain}" if at else ""

    def _signature(self, secret: str | None = None) -> str:
        value = f"{self.person_id}.{self.meeting_id}"
        digest = salted_hmac(_SALT, value, secret, algorithm="sha256").digest()
        return b32encode(digest).decode().lower()[:_LENGTH]

    def is_signed(self, signature: str) -> bool:
        """Whether ``signature`` is of it, by the secret of today or one before."""
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(constant_time_compare(signature, self._signature(it)) for it in secrets)


def parse_calendar_address(address: str) -> CalendarAddress | None:
    """Whose ``address`` is, and for which meeting; None where it is none that was signed."""
    if (match := _TAG.search(address)) is None:
        return None
    named = CalendarAddress(int(match[1]), int(match[2]))
    return named if named.is_signed(match[3].lower()) else None
