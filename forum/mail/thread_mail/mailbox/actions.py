"""A mailbox that is emptied over IMAP (RFC 9051), where no mail server hands mail over.

What was taken is moved to a folder, for as long as mails are kept; what was not, likewise, with
a flag, since here nothing can be returned to whoever sent it. What failed for now stays, is
marked as seen, and is tried again after what is new: so it keeps nothing waiting.
"""

from __future__ import annotations

import random
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from imaplib import IMAP4
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import (
    AND,
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessageFlags,
)

from forum.mail.incoming_mail.message import MAX_BYTES
from forum.mail.thread_mail.reception.answers import (
    ServerAnswer,
    answer_to,
    answer_to_long_mail,
)
from forum.mail.thread_mail.replies.actions import RETENTION

#: What a server that is away, or refuses, raises.
FAULTS = (OSError, IMAP4.error, ImapToolsError)
#: Mails of one run, and seconds that a server may say nothing.
_MAILS, _SILENCE = 200, 30


class MailboxAddress:
    """``imaps://user:password@host:port/INBOX?folder=Foirail``; ``imap`` begins TLS later.

    Parts are percent-encoded; port, INBOX and the folder of what was taken may be left out. On
    this machine ``imap`` is in the clear. Raise ValueError where it is no such address.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
            raise ValueError("FORUM_IMAP_URL is imaps://user:password@host/INBOX.")
        self.is_tls = parts.scheme == "imaps"
        self.host, self.port = parts.hostname, parts.port or (993 if self.is_tls else 143)
        self.user, self.password = unquote(parts.username), unquote(parts.password or "")
        self.inbox = unquote(parts.path.strip("/")) or "INBOX"
        self.folder = parse_qs(parts.query).get("folder", ["Foirail"])[0]

    @property
    def is_local(self) -> bool:
        """Whether it is a server of this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @contextmanager
    def open(self) -> Iterator[BaseMailBox]:
        """The mailbox, signed in, until the block ends."""
        context = ssl.create_default_context()
        box: MailBox | MailBoxUnencrypted | MailBoxStartTls
        if self.is_tls:
            box = MailBox(self.host, self.port, timeout=_SILENCE, ssl_context=context)
        elif self.is_local:
            box = MailBoxUnencrypted(self.host, self.port, timeout=_SILENCE)
        else:
            box = MailBoxStartTls(self.host, self.port, timeout=_SILENCE, ssl_context=context)
        try:
            box.login(self.user, self.password, initial_folder=self.inbox)
            yield box
        finally:
            with suppress(*FAULTS):
                box.logout()
            with suppress(*FAULTS):  # Where signing in is refused, logging out closes nothing.
                box.client.shutdown()


def fetch(url: str) -> int:
    """Receive what is in the mailbox at ``url``, some 200 mails at most; return how many.

    Raise one of FAULTS where the server does not answer as it should.
    """
    address = MailboxAddress(url)
    with address.open() as box:
        if not box.folder.exists(address.folder):
            box.folder.create(address.folder)
        count = 0
        for uid in _waiting(box)[:_MAILS]:
            answer = _answer(box, uid)
            if answer is ServerAnswer.TRY_AGAIN:
                box.flag(uid, [MailMessageFlags.SEEN], value=True)
                continue
            if answer is not ServerAnswer.TAKEN:
                box.flag(uid, [MailMessageFlags.FLAGGED], value=True)
            box.move(uid, address.folder)
            count += 1
        _delete_old(box, address.folder)
        return count


def _waiting(box: BaseMailBox) -> list[str]:
    """What is there: what was not tried yet in its order, then the rest, in none.

    Of more than a run takes that failed, each has its turn some time.
    """
    tried = box.uids(AND(seen=True))
    random.shuffle(tried)
    return box.uids(AND(seen=False)) + tried


def _answer(box: BaseMailBox, uid: str) -> ServerAnswer:
    """Receive one mail, as it is there: one that is too long is not fetched."""
    _status, parts = box.client.uid("FETCH", uid, "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", parts[0] or b"")
    if size is None:  # Somebody took it away.
        return ServerAnswer.TRY_AGAIN
    if int(size[1]) > MAX_BYTES:
        return answer_to_long_mail()
    _status, parts = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    return ServerAnswer.TRY_AGAIN if raw is None else answer_to(raw)


def _delete_old(box: BaseMailBox, folder: str) -> None:
    """Delete what was received long ago."""
    box.folder.set(folder)
    box.delete(box.uids(AND(date_lt=date.today() - RETENTION)))
