"""Headers of mails: cut where they are endless, decoded where they can be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32

#: Characters of a header that are read: parsers of addresses and parameters take long.
_MAX_LENGTH = 50_000
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f\ud800-\udfff]{1,248}>")


class _CutHeaders(Compat32):
    """Reads headers no further than ``_MAX_LENGTH``."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """The name and the value of a header."""
        name, value = super().header_source_parse(list(sourcelines))
        return name, value[:_MAX_LENGTH]


def parse_message(raw: bytes) -> Message:
    """The mail ``raw``, whose headers, and those of its parts, are cut."""
    return message_from_bytes(raw, policy=_CutHeaders())


def find_message_ids(value: str) -> list[str]:
    """The Message-IDs in a header such as References, in their order."""
    return _MESSAGE_ID.findall(value)


def decoded_header(value: str) -> str:
    """``value`` without encoded words (RFC 2047); bytes that no header may have, as text."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        value = raw.decode()
    except ValueError:
        value = raw.decode("cp1252", errors="replace")
    value = " ".join(value.split())  # Words on two lines are two words.
    try:
        parts = decode_header(value) if "=?" in value else [(value, None)]
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        part if isinstance(part, str) else _in_charset(part, charset) for part, charset in parts
    )


def _in_charset(part: bytes, charset: str | None) -> str:
    try:
        return part.decode(charset or "raw-unicode-escape", errors="replace")
    except (LookupError, ValueError):
        return part.decode("cp1252", errors="replace")
