"""A mail as it came, and what is read of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from email.message import Message
from email.utils import getaddresses
from functools import cached_property
from hashlib import sha256

from accounts.base.text import without_controls, without_display_controls
from forum.mail.incoming_mail import machines
from forum.mail.incoming_mail.addresses import authors_of
from forum.mail.incoming_mail.answered_posts import MAX_ANCESTORS
from forum.mail.incoming_mail.attachments import MailFile, files_in, is_joined
from forum.mail.incoming_mail.body_text import body_text, html_of
from forum.mail.incoming_mail.calendar_reply import (
    CalendarReply,
    calendar_text,
    read_calendar_reply,
)
from forum.mail.incoming_mail.headers import (
    body_digest,
    decoded_header,
    find_message_ids,
    parse_headers,
    parse_message,
    readable_header,
)
from forum.mail.incoming_mail.html_pictures import pictures_of_html
from forum.mail.incoming_mail.models import MailResult

#: A mail that is longer is not read.
MAX_BYTES = 25_000_000
#: Servers that a mail went through: more is a circle.
_MAX_HOPS = 50
#: Recipients of a mail that are looked up, at most.
_MAX_RECIPIENTS = 1_000
#: Characters of a header whose addresses are read as the library does, in squares; in a longer
#: one they are whatever has an @ between separators.
_MAX_ADDRESSES = 2_000
_SEPARATORS = re.compile(r"[\s<>()\[\]\",:;]++")
#: What is the same of a mail whichever way it came; servers write others on top.
_OF_WRITER = ("from", "to", "cc", "date", "subject", "in-reply-to", "references")


class MailUnreadable(ValueError):
    """What came is no mail that can be read."""


class IncomingMail:
    """The mail ``raw`` (RFC 5322), of which headers are read at once, and the rest where asked.

    So nothing of a mail is laid out that is not somebody's own. Raise MailUnreadable where it
    is none, at once or later.
    """

    def __init__(self, raw: bytes) -> None:
        if len(raw) > MAX_BYTES:
            raise MailUnreadable("too long")
        self.raw = raw
        with _faults_of_mail():
            self._headers = parse_headers(raw)
            # Whoever delivered it wrote on top of what was there.
            self.headers = {
                name.lower(): " ".join(str(value).split())
                for name, value in reversed(self._headers.items())
            }
            self.hops = len(self._headers.get_all("received", []))
            self.authors = authors_of(self.header_values("from"))
            self.authentication_results = self.header_values("authentication-results")

    @property
    def sender(self) -> str:
        """The address of who wrote it, in lower case; empty where nobody, or several, did."""
        return self.authors[0].address if len(self.authors) == 1 else ""

    @cached_property
    def _body(self) -> tuple[str, list[MailFile], str | None] | MailUnreadable:
        """Its text, files and calendar; or why they cannot be read, which is asked once."""
        try:
            with _faults_of_mail():
                message = parse_message(self.raw)
                files = self._joined_files(message)
                return body_text(message), files, calendar_text(message)
        except MailUnreadable as fault:
            return fault

    def _readable_body(self) -> tuple[str, list[MailFile], str | None]:
        if isinstance(self._body, MailUnreadable):
            raise self._body
        return self._body

    @property
    def plain_text(self) -> str:
        """What it says, as plain text."""
        return self._readable_body()[0]

    @property
    def files(self) -> list[MailFile]:
        """The files that its writer joined, as far as that can be known."""
        return self._readable_body()[1]

    @property
    def calendar_reply(self) -> CalendarReply | None:
        """What its sender answers to an invitation; None where it brings no calendar."""
        text = self._readable_body()[2]
        with _faults_of_mail():
            return None if text is None else read_calendar_reply(text, self.sender)

    @staticmethod
    def _joined_files(message: Message) -> list[MailFile]:
        files = files_in(message)
        shown: set[str] = set()
        own: set[str] = set()
        if any(it.is_picture and it.content_id for it in files):
            shown, own = pictures_of_html(html_of(message))
        return [it for it in files if is_joined(it, shown, own)]

    @property
    def is_encrypted(self) -> bool:
        """Whether a program encrypted the whole of it, as OpenPGP or S/MIME do."""
        kind = self.headers.get("content-type", "").lower()
        return kind.startswith("multipart/encrypted") or "enveloped-data" in kind

    @property
    def given_message_id(self) -> str:
        """Its Message-ID; empty where it has none that can be."""
        return next(iter(find_message_ids(self.headers.get("message-id", ""))), "")

    @cached_property
    def message_id(self) -> str:
        """Its Message-ID, or where it has none what stands for it: the same mail, the same.

        Also where it came another way, with other line breaks and other headers on top.
        """
        if given := self.given_message_id:
            return given
        values = [self.headers.get(name, "") for name in _OF_WRITER]
        values.append(body_digest(self.raw))
        return f"sha256:{sha256('\n'.join(values).encode('utf-8', 'replace')).hexdigest()}"

    @cached_property
    def ancestors(self) -> list[str]:
        """The Message-IDs of what it answers, the nearest first."""
        values = (self.headers.get(name, "") for name in ("in-reply-to", "references"))
        nearest = (
            ancestor for value in values for ancestor in reversed(find_message_ids(value))
        )
        return list(dict.fromkeys(nearest))[:MAX_ANCESTORS]

    def header_text(self, name: str) -> str:
        """The header ``name`` as people read it, on one line; empty where there is none."""
        return " ".join(decoded_header(next(iter(self.header_values(name)), "")).split())

    def header_values(self, name: str) -> list[str]:
        """All headers ``name``, as they came, each on one line."""
        items = self._headers.raw_items()
        return [readable_header(str(value)) for key, value in items if key.lower() == name]

    @cached_property
    def subject(self) -> str:
        """Its subject, decoded where it can be."""
        return without_controls(without_display_controls(self.header_text("subject")))

    @cached_property
    def recipients(self) -> list[str]:
        """To whom it was sent, as its headers say: the last that delivered it first.

        Each once, and no more than ``_MAX_RECIPIENTS``.
        """
        names = "delivered-to", "x-original-to", "envelope-to", "to", "cc"
        values = (self.headers.get(name, "") for name in names)
        addresses = dict.fromkeys(address for value in values for address in _addresses(value))
        return list(addresses)[:_MAX_RECIPIENTS]

    def machine(
        self, own_addresses: Iterable[str], members: Collection[str] = ()
    ) -> MailResult | None:
        """What a machine sent it as: a bounce, a list, an absence, or a loop; None: a person.

        ``own_addresses``: those of the site, in lower case; what they send comes round.
        ``members``: addresses of people, whatever they are called, such as *postmaster*.
        """
        addresses = [it.address for it in self.authors]
        if self.hops > _MAX_HOPS or not {*own_addresses}.isdisjoint(addresses):
            return MailResult.LOOP
        senders = ["" if it in members else it for it in addresses] or [""]
        if any(machines.is_bounce(self.headers, it) for it in senders):
            return MailResult.BOUNCE
        if machines.is_list_mail(self.headers):
            return MailResult.LIST
        is_answer = machines.is_automatic_answer(self.headers)
        if is_answer or machines.suppresses_answers(self.headers):
            return MailResult.AUTO_REPLY
        return None


@contextmanager
def _faults_of_mail() -> Iterator[None]:
    """Raise MailUnreadable for what parsers raise, of whatever kind: the mail is at fault."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as fault:
        raise MailUnreadable(str(fault)) from fault


def _addresses(header: str) -> list[str]:
    if len(header) > _MAX_ADDRESSES:
        return [it for it in _SEPARATORS.split(header) if "@" in it[1:-1]]
    try:
        return [address for _name, address in getaddresses([header]) if address]
    except RecursionError:  # Groups in groups.
        return []


def plain_text(raw: bytes) -> str:
    """What the mail ``raw`` says, as plain text. Raise MailUnreadable where it is none."""
    return IncomingMail(raw).plain_text
