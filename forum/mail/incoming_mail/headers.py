"""Mails taken apart within bounds, and their headers: cut where endless, decoded if possible.

The library takes memory and time for each header, line and part, and reads the parameters of a
header in squares: what people's programs write is far within these bounds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from hashlib import sha256
from typing import Any

from forum.mail.incoming_mail.charsets import decode, is_of_texts

#: Characters of a header that are read: parsers of addresses and parameters take long.
_MAX_LENGTH = 50_000
#: Of a header with parameters, how many of them are read, and how many characters; how many
#: characters of all such headers of a mail.
_MAX_PARAMETERS, _MAX_WITH_PARAMETERS, _MAX_OF_PARAMETERS = 32, 4_000, 1_000_000
_WITH_PARAMETERS = frozenset(("content-type", "content-disposition"))
#: Bytes of the headers above a mail that are read.
_MAX_HEAD = 200_000
#: Headers, those of all parts counted; lines; parts. A mail with more is none that is read.
_MAX_HEADERS, _MAX_LINES, _MAX_PARTS = 10_000, 600_000, 5_000
#: Parts that contain others, times lines: the library asks each open one of each line.
_MAX_MATCHES = 8_000_000
_CONTAINERS = ("multipart/", "message/")
#: What ends the headers of a mail, whichever way its lines break.
_BLANK_LINE = re.compile(rb"(?>\r\n|\r|\n){2}")
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f\ud800-\udfff]{1,248}>")


class _MailPart(Message):
    """A mail or a part of one; it and its parameters (RFC 2231) are in charsets of texts."""

    def get_param(self, *args: Any, **kwargs: Any) -> Any:
        """As in the library, which decodes by whatever is named: boundaries and names, too."""
        value = super().get_param(*args, **kwargs)
        if isinstance(value, tuple) and value[0] and not is_of_texts(value[0]):
            return ("utf-8", *value[1:])
        return value

    def get_content_charset(self, failobj: Any = None) -> Any:
        """As in the library, which decodes by it what has no encoding."""
        charset = super().get_content_charset(failobj)
        is_other = isinstance(charset, str) and not is_of_texts(charset)
        return "utf-8" if is_other else charset


class _Bounds:
    """Counts what a mail is made of as it is taken apart: ValueError where that is too much."""

    def __init__(self, lines: int) -> None:
        self._lines, self._headers, self._parts, self._containers = lines, 0, 0, 0
        self._parameters = 0

    def make_part(self, policy: Compat32) -> Message:
        """A new part, as the library makes one for each that it comes upon."""
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise ValueError("too many parts")
        return _MailPart(policy)

    def count_parameters(self, value: str) -> None:
        """Count what a header with parameters has of them."""
        self._parameters += len(value)
        if self._parameters > _MAX_OF_PARAMETERS:
            raise ValueError("too many parameters")

    def count_header(self, name: str, value: str) -> None:
        """Count a header, and the part that it makes a container of others."""
        self._headers += 1
        if self._headers > _MAX_HEADERS:
            raise ValueError("too many headers")
        if name == "content-type" and value.strip().lower().startswith(_CONTAINERS):
            self._containers += 1
            if self._containers * self._lines > _MAX_MATCHES:
                raise ValueError("too many parts within parts")


class _CutHeaders(Compat32):
    """Reads the headers of one mail within ``bounds``, each no further than ``_MAX_LENGTH``."""

    def __init__(self, bounds: _Bounds) -> None:
        super().__init__()
        object.__setattr__(self, "_bounds", bounds)  # Policies let nothing be set.

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """The name and the value of a header. Raise ValueError where there are too many."""
        name, value = super().header_source_parse(list(sourcelines))
        folded = name.strip().lower()
        self._bounds.count_header(folded, value)  # type: ignore[attr-defined]
        if folded in _WITH_PARAMETERS:
            value = ";".join(value.split(";", _MAX_PARAMETERS)[:_MAX_PARAMETERS])
            value = value[:_MAX_WITH_PARAMETERS]
            self._bounds.count_parameters(value)  # type: ignore[attr-defined]
        return name, value[:_MAX_LENGTH]


class _TextHeaders(_CutHeaders):
    """Gives each header as text, also one with bytes that no header may have."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value of a header, on one line."""
        return readable_header(value)


def parse_message(raw: bytes, *, text_headers: bool = False) -> Message:
    """The mail ``raw``, whose headers, and those of its parts, are cut.

    ``text_headers``: for programs that take all headers for text. Raise ValueError where it has
    more headers, lines or parts than are read.
    """
    lines = raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")
    if lines > _MAX_LINES:
        raise ValueError("too many lines")
    head, body = _split(raw)
    bounds = _Bounds(lines)
    policy = (_TextHeaders if text_headers else _CutHeaders)(bounds)
    # The stubs know of no factory that is given the policy.
    mail = head[:_MAX_HEAD] + body
    return message_from_bytes(mail, bounds.make_part, policy=policy)  # type: ignore[arg-type]


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """The headers of the mail ``raw``, and the blank line with what comes below it."""
    end = _BLANK_LINE.search(raw)
    return (raw[: end.start()], raw[end.start() :]) if end else (raw, b"")


def head_of(raw: bytes) -> bytes:
    """What stands above the first blank line of the mail ``raw``."""
    return _split(raw)[0]


def parse_headers(raw: bytes) -> Message:
    """The headers of the mail ``raw``, cut; what comes below them is not looked at.

    Raise ValueError where there are more than are read.
    """
    head, _body = _split(raw)
    return parse_message(head[:_MAX_HEAD])


def body_digest(raw: bytes) -> str:
    """A hash of what comes below the headers of ``raw``, whichever way its lines break."""
    _head, body = _split(raw)
    return sha256(body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip()).hexdigest()


def find_message_ids(value: str) -> list[str]:
    """The Message-IDs in a header such as References, in their order."""
    return _MESSAGE_ID.findall(value)


def readable_header(value: str) -> str:
    """``value`` on one line; bytes that no header may have, as text."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        value = raw.decode()
    except ValueError:
        value = raw.decode("cp1252", errors="replace")
    return " ".join(value.split())  # Words on two lines are two words.


def decoded_header(value: str) -> str:
    """``value`` as people read it: on one line, without encoded words (RFC 2047)."""
    value = readable_header(value)
    try:
        parts = decode_header(value) if "=?" in value else [(value, None)]
    except (HeaderParseError, ValueError):
        return value
    return "".join(
        part if isinstance(part, str) else _in_charset(part, charset) for part, charset in parts
    )


def _in_charset(part: bytes, charset: str | None) -> str:
    if charset is None:
        return part.decode("raw-unicode-escape", errors="replace")
    text = decode(part, charset)
    return part.decode("cp1252", errors="replace") if text is None else text
