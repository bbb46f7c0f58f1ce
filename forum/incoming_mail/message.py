"""A mail as it came, and what is read of it."""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message
from email.utils import getaddresses
from functools import cached_property
from hashlib import sha256

from imap_tools import MailMessage

from accounts.base.text import without_controls
from forum.incoming_mail import machines
from forum.incoming_mail.answered_posts import MAX_ANCESTORS
from forum.incoming_mail.attachments import MailFile, files_in, is_joined
from forum.incoming_mail.body_text import body_text, html_of
from forum.incoming_mail.headers import decoded_header, find_message_ids, parse_message
from forum.incoming_mail.html_pictures import pictures_of_html
from forum.incoming_mail.models import MailResult

#: A mail that is longer is not read.
MAX_BYTES = 25_000_000
#: Servers that a mail went through: more is a circle.
_MAX_HOPS = 50
#: What is the same of a mail whichever way it came; servers write others on top.
_OF_WRITER = ("from", "to", "cc", "date", "subject", "in-reply-to", "references")


class MailUnreadable(ValueError):
    """What came is no mail that can be read."""


class IncomingMail:
    """The mail ``raw`` (RFC 5322). Raise MailUnreadable where it is none."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) > MAX_BYTES:
            raise MailUnreadable("too long")
        self.raw = raw
        try:
            self._message = MailMessage.from_bytes(b"")
            self._message.obj = parse_message(raw)
            # Whoever delivered it wrote on top of what was there.
            self.headers = {
                name.lower(): " ".join(str(value).split())
                for name, value in reversed(self._message.obj.items())
            }
            self.hops = len(self._message.obj.get_all("received", []))
            self.sender = self._message.from_.casefold()
            self.has_one_sender = _has_one_sender(self._message.obj)
            self.authentication_results = self.header_values("authentication-results")
            self.plain_text = body_text(self._message.obj)
            self._files = files_in(self._message.obj)
        except Exception as fault:  # Parsers raise of every kind.
            raise MailUnreadable(str(fault)) from fault

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
        said = [self.headers.get(name, "") for name in _OF_WRITER]
        said += self.plain_text.splitlines()
        return f"sha256:{sha256('\n'.join(said).encode('utf-8', 'replace')).hexdigest()}"

    @cached_property
    def ancestors(self) -> list[str]:
        """The Message-IDs of what it answers, the nearest first."""
        given = (self.headers.get(name, "") for name in ("in-reply-to", "references"))
        nearest = (one for value in given for one in reversed(find_message_ids(value)))
        return list(dict.fromkeys(nearest))[:MAX_ANCESTORS]

    def header_text(self, name: str) -> str:
        """The header ``name`` as people read it, on one line; empty where there is none."""
        given = (value for key, value in self._message.obj.raw_items() if key.lower() == name)
        return " ".join(decoded_header(str(next(given, ""))).split())

    def header_values(self, name: str) -> list[str]:
        """All headers ``name``, as they came, each on one line."""
        values = self._message.obj.get_all(name, [])
        return [" ".join(str(value).split()) for value in values]

    @cached_property
    def files(self) -> list[MailFile]:
        """The files that its writer joined, as far as that can be known."""
        shown: set[str] = set()
        own: set[str] = set()
        if any(it.is_picture and it.content_id for it in self._files):
            shown, own = pictures_of_html(html_of(self._message.obj))
        return [it for it in self._files if is_joined(it, shown, own)]

    @cached_property
    def subject(self) -> str:
        """Its subject, decoded where it can be."""
        return without_controls(self.header_text("subject"))

    @property
    def recipients(self) -> list[str]:
        """To whom it was sent, as its headers say: the last that delivered it first."""
        names = "delivered-to", "x-original-to", "envelope-to", "to", "cc"
        given = (self.headers.get(name, "") for name in names)
        return [address for one in given for address in _addresses(one)]

    def machine(self, own_addresses: Iterable[str]) -> MailResult | None:
        """What a machine sent it as: a bounce, a list, an absence, or a loop; None: a person.

        ``own_addresses``: those of the site, in lower case; what they send comes round.
        """
        if self.sender in own_addresses or self.hops > _MAX_HOPS:
            return MailResult.LOOP
        if not self.sender or machines.is_bounce(self.headers, self.sender):
            return MailResult.BOUNCE
        if machines.is_list_mail(self.headers):
            return MailResult.LIST
        is_answer = machines.is_automatic_answer(self.headers)
        if is_answer or machines.suppresses_answers(self.headers):
            return MailResult.AUTO_REPLY
        return None


def _has_one_sender(message: Message) -> bool:
    """Whether its From is one, and of one address, so that no program reads another."""
    given = message.get_all("from", [])
    return len(given) == 1 and len(getaddresses([str(given[0])])) == 1


def _addresses(header: str) -> list[str]:
    try:
        return [address for _name, address in getaddresses([header]) if address]
    except RecursionError:  # Groups in groups.
        return []


def plain_text(raw: bytes) -> str:
    """What the mail ``raw`` says, as plain text. Raise MailUnreadable where it is none."""
    return IncomingMail(raw).plain_text
