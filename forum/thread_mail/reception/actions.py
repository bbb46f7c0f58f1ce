"""The one door of mail that comes in, whichever way it does."""

from __future__ import annotations

from enum import Enum

from forum.incoming_mail.message import MAX_BYTES, IncomingMail, MailUnreadable
from forum.thread_mail.models import ThreadMailKey
from forum.thread_mail.queries import key_of_address
from forum.thread_mail.replies.actions import settle_reply


class Received(Enum):
    """How ``receive_mail`` ended."""

    #: It is settled: published, held, or refused by a mail of ours.
    SETTLED = "settled"
    #: A machine sent it: nothing is answered, so that nothing answers that.
    AUTOMATIC = "automatic"
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
    except MailUnreadable:
        return Received.UNREADABLE
    if mail.is_automatic:
        return Received.AUTOMATIC
    if (key := _key_of(mail, recipient)) is None:
        return Received.UNKNOWN_ADDRESS
    if mail.sender != key.person.email.casefold():
        return Received.OTHER_SENDER
    settle_reply(mail, key)
    return Received.SETTLED


def _key_of(mail: IncomingMail, recipient: str) -> ThreadMailKey | None:
    recipients = [recipient] if recipient else mail.recipients
    return next(filter(None, map(key_of_address, recipients)), None)
