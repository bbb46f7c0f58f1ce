"""A mail as it came, and what is read of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from functools import cached_property
from hashlib import sha256

from imap_tools import MailMessage

from accounts.base.text import without_controls
from forum.incoming_mail.html_text import text_of_html
from forum.incoming_mail.list_footers import is_list_footer
from forum.incoming_mail.models import MailResult

#: A mail that is longer is not read.
MAX_BYTES = 25_000_000
_MAX_MESSAGE_ID = 250
#: Servers that a mail went through: more is a circle.
_MAX_HOPS = 50
#: What says that a list sent a mail, or a machine (RFC 3834, and what programs do beside it).
_OF_LISTS = frozenset(("bulk", "junk", "list"))
_LIST_HEADERS = ("list-id", "list-unsubscribe", "feedback-id")
_SUPPRESSED = frozenset(("all", "oof", "autoreply"))
_ANSWER_HEADERS = ("x-autoreply", "x-autorespond")


class MailUnreadable(ValueError):
    """What came is no mail that can be read."""


class IncomingMail:
    """The mail ``raw`` (RFC 5322). Raise MailUnreadable where it is none."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) > MAX_BYTES:
            raise MailUnreadable("too long")
        self.raw = raw
        try:
            self._message = MailMessage.from_bytes(raw)
            # Whoever delivered it wrote on top of what was there.
            self.headers = {
                name.lower(): " ".join(str(value).split())
                for name, value in reversed(self._message.obj.items())
            }
            self.hops = len(self._message.obj.get_all("received", []))
            self.sender = self._message.from_.casefold()
            self.has_one_sender = _has_one_sender(self._message.obj)
            self.authentication_results = self.header_values("authentication-results")
            self.plain_text = self._plain_text()
            self.attachment_names = [one.filename for one in self._message.attachments]
        except Exception as fault:  # Parsers raise of every kind.
            raise MailUnreadable(str(fault)) from fault

    @cached_property
    def message_id(self) -> str:
        """Its Message-ID, or where it has none what stands for it: the same mail, the same."""
        given = self.headers.get("message-id", "")
        if re.fullmatch(r"<[^<>\s]+>", given) and len(given) <= _MAX_MESSAGE_ID:
            return given
        return f"sha256:{sha256(self.raw).hexdigest()}"

    def header_text(self, name: str) -> str:
        """The header ``name`` as people read it, on one line; empty where there is none."""
        given = (value for key, value in self._message.obj.raw_items() if key.lower() == name)
        return " ".join(_decoded_header(str(next(given, ""))).split())

    def header_values(self, name: str) -> list[str]:
        """All headers ``name``, as they came, each on one line."""
        values = self._message.obj.get_all(name, [])
        return [" ".join(str(value).split()) for value in values]

    @property
    def attachment_sizes(self) -> list[tuple[str, int]]:
        """The name and the size, in bytes, of each file that it brings."""
        return [(one.filename, len(one.payload)) for one in self._message.attachments]

    @cached_property
    def subject(self) -> str:
        """Its subject, decoded where it can be."""
        return without_controls(self.header_text("subject"))

    @property
    def recipients(self) -> list[str]:
        """To whom it was sent, as its headers say: the last that delivered it first."""
        names = "delivered-to", "x-original-to", "envelope-to", "to", "cc"
        given = (self.headers.get(name, "") for name in names)
        return [address for one in given for _name, address in getaddresses([one]) if address]

    def machine(self, own_addresses: Iterable[str]) -> MailResult | None:
        """What a machine sent it as: a bounce, a list, an absence, or a loop; None: a person.

        ``own_addresses``: those of the site, in lower case; what they send comes round.
        """
        headers, named = self.headers, self.sender.partition("@")[0]
        if self.sender in own_addresses or self.hops > _MAX_HOPS:
            return MailResult.LOOP
        is_daemon = named in ("mailer-daemon", "postmaster", "") or named.startswith("bounce")
        is_report = headers.get("content-type", "").lower().startswith("multipart/report")
        if is_daemon or is_report or headers.get("return-path") == "<>":
            return MailResult.BOUNCE
        precedence = headers.get("precedence", "").lower()
        if precedence in _OF_LISTS or any(name in headers for name in _LIST_HEADERS):
            return MailResult.LIST
        submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
        suppressed = headers.get("x-auto-response-suppress", "").lower()
        is_answer = submitted != "no" or suppressed in _SUPPRESSED or precedence == "auto_reply"
        if is_answer or any(name in headers for name in _ANSWER_HEADERS):
            return MailResult.AUTO_REPLY
        return None

    def _plain_text(self) -> str:
        """What its own parts say, one after another: of HTML alone, that of its HTML."""
        parts = list(_body_parts(self._message.obj))
        plain = [_text_of_part(it) for it in parts if it.get_content_subtype() == "plain"]
        # A list adds its footer to a mail in HTML as a part of its own.
        if any(text.strip() and not is_list_footer(text) for text in plain):
            return "\n\n".join(plain)
        html = (it for it in parts if it.get_content_subtype() == "html")
        texts = [text_of_html(_decoded(it)) for it in html]
        return "\n\n".join(texts if any(texts) else plain)


def _has_one_sender(message: Message) -> bool:
    """Whether its From is one, and of one address, so that no program reads another."""
    given = message.get_all("from", [])
    return len(given) == 1 and len(getaddresses([str(given[0])])) == 1


def _body_parts(part: Message) -> Iterator[Message]:
    """The parts that are its text: neither files nor mails that it brings."""
    if part.get_content_type() == "message/rfc822":
        return
    if part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _body_parts(inner)
        return
    is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    if part.get_content_type() in ("text/plain", "text/html") and not is_file:
        yield part


def _decoded_header(value: str) -> str:
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


def _decoded(part: Message) -> str:
    """The text of ``part`` by the encoding that it declares, or where that lies by another."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return without_controls(raw.decode(charset))
        except (LookupError, ValueError):
            continue
    return without_controls(raw.decode("cp1252", errors="replace"))


def _text_of_part(plain: Message) -> str:
    """Its text, lines joined again where ``format=flowed`` parted them (RFC 3676)."""
    text = _decoded(plain)
    if str(plain.get_param("format", "")).lower() != "flowed":
        return text
    deletes_space = str(plain.get_param("delsp", "")).lower() == "yes"
    lines: list[str] = []
    is_open = False
    for line in text.splitlines():
        depth, words = _quote_depth(line)
        if is_open and lines and _quote_depth(lines[-1])[0] == depth:
            lines[-1] = (lines[-1][:-1] if deletes_space else lines[-1]) + words
        else:
            lines.append(line)
        is_open = line.endswith(" ") and line != "-- "
    return "\n".join(lines)


def plain_text(raw: bytes) -> str:
    """What the mail ``raw`` says, as plain text. Raise MailUnreadable where it is none."""
    return IncomingMail(raw).plain_text


def _quote_depth(line: str) -> tuple[int, str]:
    """How often ``line`` is quoted, and its words, without the space that stuffs them."""
    marks = re.match(">*", line)
    depth = marks.end() if marks else 0
    return depth, line[depth:].removeprefix(" ")
