"""The one door of mail that comes in, whichever way it does."""

from __future__ import annotations

import logging
import re
from enum import Enum

from django.db import InterfaceError, OperationalError

from forum.incoming_mail.message import MAX_BYTES, IncomingMail, MailUnreadable
from forum.thread_mail.models import ThreadMailKey
from forum.thread_mail.quarantine.actions import quarantine_mail
from forum.thread_mail.queries import key_of_address
from forum.thread_mail.replies.actions import settle_reply

log = logging.getLogger("forum")
#: Of a mail that cannot be read, as much as its headers take, and what says there that a
#: machine sent it.
_BEGINNING = 65_536
_AUTOMATIC = re.compile(
    r"^(auto-submitted:\s*auto-|precedence:\s*(bulk|junk|list)|list-id:|return-path:\s*<>)",
    re.IGNORECASE | re.MULTILINE,
)


class Received(Enum):
    """How ``receive_mail`` ended."""

    #: It is settled: published, held, or refused by a mail of ours.
    SETTLED = "settled"
    #: A machine sent it: nothing is answered, so that nothing answers that.
    AUTOMATIC = "automatic"
    #: It could not be read, or something failed: it is kept for animators.
    QUARANTINED = "quarantined"
    #: It could not be read, nor whose it is.
    UNREADABLE = "unreadable"
    TOO_LONG = "too long"
    UNKNOWN_ADDRESS = "unknown address"
    OTHER_SENDER = "other sender"


def receive_mail(raw: bytes, recipient: str = "") -> Received:
    """Do what the mail ``raw`` to ``recipient`` asks for: publish it in the thread of its key.

    By default it is to whom its headers say. The same mail twice is settled once. Raise what
    the database raises where it does not answer: it is to be handed over once more.
    """
    if len(raw) > MAX_BYTES:
        return Received.TOO_LONG
    try:
        mail = IncomingMail(raw)
    except MailUnreadable as fault:
        return _set_aside(raw, recipient, fault)
    if mail.is_automatic:
        return Received.AUTOMATIC
    if (key := _key_of(mail, recipient)) is None:
        return Received.UNKNOWN_ADDRESS
    if mail.sender != key.person.email.casefold():
        return Received.OTHER_SENDER
    try:
        settle_reply(mail, key)
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("A mail could not be published.")
        quarantine_mail(key, raw, fault)
        return Received.QUARANTINED
    return Received.SETTLED


def _set_aside(raw: bytes, recipient: str, fault: MailUnreadable) -> Received:
    """What becomes of a mail that cannot be read: kept, if it is to somebody's address."""
    beginning = raw[:_BEGINNING].decode("latin-1")
    if _AUTOMATIC.search(beginning):
        return Received.AUTOMATIC
    if (key := key_of_address(recipient or beginning)) is None:
        return Received.UNKNOWN_ADDRESS if recipient else Received.UNREADABLE
    quarantine_mail(key, raw, fault)
    return Received.QUARANTINED


def _key_of(mail: IncomingMail, recipient: str) -> ThreadMailKey | None:
    recipients = [recipient] if recipient else mail.recipients
    return next(filter(None, map(key_of_address, recipients)), None)
