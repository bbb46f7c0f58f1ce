"""The one entry point of mail that comes in, whichever way it does."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.spaces.new_thread_addresses import parse_new_thread_address
from forum.conversation.files.objects.actions import StorageFailed
from forum.conversation.files.storage import storage_errors
from forum.conversation.meetings.calendar_addresses import (
    CalendarAddress,
    parse_calendar_address,
)
from forum.mail.incoming_mail.actions import count_mail
from forum.mail.incoming_mail.headers import head_of
from forum.mail.incoming_mail.machines import has_marks_of_machine
from forum.mail.incoming_mail.message import MAX_BYTES, IncomingMail, MailUnreadable
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.bounces.actions import process_report
from forum.mail.thread_mail.follows.actions import process_follow
from forum.mail.thread_mail.keys import key_in_address, request_in_address
from forum.mail.thread_mail.meeting_invitations.actions import process_calendar_reply
from forum.mail.thread_mail.models import ThreadMailKey
from forum.mail.thread_mail.new_threads.actions import is_disproved, process_new_thread, warn
from forum.mail.thread_mail.new_threads.queries import person_of_address
from forum.mail.thread_mail.quarantine.actions import (
    delete_retried_mail,
    find_quarantined_mail,
    quarantine_mail,
)
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.queries import key_of_address, keys_in_addresses, keys_of_thread
from forum.mail.thread_mail.replies.actions import process_reply
from forum.mail.thread_mail.replies.mail import send_refusal
from forum.mail.thread_mail.space_addresses.actions import process_space_mail
from forum.mail.thread_mail.space_addresses.queries import space_of_addresses

log = logging.getLogger("forum")
#: Of a mail that cannot be read, as much as its headers take.
_BEGINNING = 65_536


def receive_mail(
    raw: bytes, recipient: str = "", opened: IncomingMail | MailUnreadable | None = None
) -> MailResult:
    """Do what the mail ``raw`` to ``recipient`` asks for: publish it in the thread of its key.

    By default it is to whom its headers say. ``opened``: what ``open_mail`` gave, of a mail to
    several. The same mail twice is processed once. What became of it is counted. Raise what
    passes, such as what a database raises that does not answer: it is to be handed over once
    more.
    """
    if len(raw) > MAX_BYTES:
        result = MailResult.TOO_LONG
    else:
        result = _receive(raw, opened or open_mail(raw), recipient)
    count_mail(result)
    return result


def open_mail(raw: bytes) -> IncomingMail | MailUnreadable:
    """The mail ``raw``, to be received for all whom it is to; or why it is none."""
    try:
        return IncomingMail(raw)
    except MailUnreadable as fault:
        return fault


def _receive(raw: bytes, opened: IncomingMail | MailUnreadable, recipient: str) -> MailResult:
    try:
        if isinstance(opened, MailUnreadable):
            raise opened
        return _process(opened, recipient)
    except Exception as fault:
        if is_passing(fault):
            raise
        if not isinstance(fault, MailUnreadable):
            log.exception("A mail could not be received.")
        return _set_aside(raw, recipient, fault)


def is_passing(fault: Exception) -> bool:
    """Whether ``fault`` is of what is away for a while (a database, a disk, a bucket, a mail
    server), and not of the mail, which is tried again then.
    """  # noqa: D205
    if isinstance(fault, DatabaseError):
        return not isinstance(fault, DataError | IntegrityError)
    return isinstance(fault, (InterfaceError, StorageFailed, MemoryError, *storage_errors()))


def _process(mail: IncomingMail, recipient: str) -> MailResult:
    recipients = [recipient] if recipient else mail.recipients
    if invited := next(filter(None, map(parse_calendar_address, recipients)), None):
        return _process_for_invited(mail, invited)
    keys = _keys_of(recipients)
    if machine := mail.machine(own_addresses(), _members_of(mail, keys)):
        if machine is MailResult.BOUNCE and (not recipient or is_taken(recipient)):
            process_report(mail, recipients)
        return machine
    # To stop, a key is enough; whatever else a mail asks for, it is asked by who wrote it.
    if not mail.sender and "stop" not in {request for _key, request in keys}:
        return MailResult.UNREADABLE
    if keys:
        return _process_for_keys(mail, keys)
    if space := space_of_addresses(recipients):
        # An answer to all is one to the thread, whichever address it is handed over for.
        keys = _keys_of(mail.recipients)
        answered = [it for it in keys if not it[1] and _is_from_person_of(mail, it[0])]
        return (
            _process_for_keys(mail, answered) if answered else process_space_mail(mail, space)
        )
    address = next(filter(None, map(parse_new_thread_address, recipients)), None)
    return process_new_thread(mail, address) if address else MailResult.UNKNOWN_ADDRESS


def _process_for_invited(mail: IncomingMail, invited: CalendarAddress) -> MailResult:
    """Process ``mail`` to the address of an invitation: calendars answer it as machines do."""
    person = User.objects.filter(pk=invited.person_id, is_active=True).first()
    if person is None:
        return MailResult.UNKNOWN_ADDRESS
    machine = mail.machine(own_addresses(), [person.email.lower()])
    if machine and machine is not MailResult.AUTO_REPLY:
        return machine
    if mail.sender != person.email.lower():
        return MailResult.OTHER_SENDER
    reply = mail.calendar_reply
    if machine and reply is None:
        return machine
    if is_disproved(mail):
        return warn(mail, person, send_refusal)
    return process_calendar_reply(mail, person, invited.meeting_id, reply)


def is_taken(address: str) -> bool:
    """Whether ``address`` is the site's, somebody's, or may be a space's."""
    is_own = address.strip("<>").casefold() in own_addresses()
    if is_own or parse_new_thread_address(address) or parse_calendar_address(address):
        return True
    if key_of_address(address):
        return True
    return space_of_addresses([address]) is not None


def _keys_of(recipients: Iterable[str]) -> list[tuple[ThreadMailKey, str]]:
    """The keys that are in addresses, each once, and what mail to these asks for."""
    addresses = list(recipients)
    keys = keys_in_addresses(addresses)
    requests = (
        (keys.get(key_in_address(address)), request_in_address(address))
        for address in addresses
    )
    return list(dict.fromkeys((key, request) for key, request in requests if key))


def _members_of(mail: IncomingMail, keys: Iterable[tuple[ThreadMailKey, str]]) -> set[str]:
    """The addresses of the people of ``keys``, in lower case; without any, of its sender."""
    known = {key.person.email.lower() for key, _request in keys}
    is_member = not known and person_of_address(mail.sender) is not None
    return {mail.sender} if is_member else known


def _process_for_keys(mail: IncomingMail, keys: list[tuple[ThreadMailKey, str]]) -> MailResult:
    """Process ``mail`` for each; return what became of it at the first that takes it.

    Of a mail to several threads of its sender, the others are counted here.
    """
    results = [_process_for_key(mail, *key_and_request) for key_and_request in keys]
    processed = [it for it in results if it is not MailResult.OTHER_SENDER]
    for other in processed[1:]:
        count_mail(other)
    return processed[0] if processed else MailResult.OTHER_SENDER


def _process_for_key(mail: IncomingMail, key: ThreadMailKey, request: str) -> MailResult:
    if request == "stop":
        return process_follow(mail, key, follows=False)
    if not _is_from_person_of(mail, key):
        return MailResult.OTHER_SENDER
    if is_disproved(mail):  # Keys go along where mails are sent on.
        return warn(mail, key.person, send_refusal)
    if request == "follow":
        return process_follow(mail, key, follows=True)
    return process_reply(mail, key.person, key.thread)


def _is_from_person_of(mail: IncomingMail, key: ThreadMailKey) -> bool:
    """Whether ``mail`` has the address of the person of ``key`` as its sender."""
    return mail.sender == key.person.email.lower()


def retry_quarantined_mail(pk: int, actor: Viewer) -> MailResult:
    """Receive once more a mail that was set aside, as ``actor`` asks; return what became of it.

    It is taken out of the quarantine, unless it still cannot be read, or is or may be another
    sender's.
    Pressed twice, it is published once. Raise DoesNotExist where there is none.
    """
    row = find_quarantined_mail(pk, actor)
    result = _retry(row)
    if result in _STAYS:
        return result
    delete_retried_mail(row.pk)
    return result


def _retry(row: QuarantinedMail) -> MailResult:
    keys = keys_of_thread(row.person_id, row.thread_id)
    try:
        mail = IncomingMail(bytes(row.raw))
        if machine := mail.machine(own_addresses(), [row.person.email.lower()]):
            return machine
        if not keys:
            return MailResult.UNKNOWN_ADDRESS
        address = next((it for it in mail.recipients if key_in_address(it) in keys), "")
        key = keys.get(key_in_address(address)) or next(iter(keys.values()))
        return _process_for_key(mail, key, request_in_address(address))
    except Exception as fault:
        if is_passing(fault):
            raise
        if not isinstance(fault, MailUnreadable):
            log.exception("A mail could not be received.")
        return MailResult.QUARANTINED


_STAYS = frozenset((
    MailResult.QUARANTINED, MailResult.OTHER_SENDER, MailResult.UNKNOWN_ADDRESS,
    MailResult.UNTOLD, MailResult.UNPROVED,
))  # fmt: skip


def own_addresses() -> set[str]:
    """Those of the site, in lower case; bounces come to the one that mails are from."""
    headers = settings.DEFAULT_FROM_EMAIL, settings.FORUM_REPLY_ADDRESS
    return {parseaddr(address)[1].casefold() for address in headers if address}


def _set_aside(raw: bytes, recipient: str, fault: Exception) -> MailResult:
    """What becomes of a mail that cannot be read, or failed: kept, if it is to a key."""
    if has_marks_of_machine(head_of(raw)[:_BEGINNING].decode("latin-1")):
        return MailResult.AUTO_REPLY
    beginning = raw[:_BEGINNING].decode("latin-1")
    if (key := key_of_address(recipient or beginning)) is None:
        is_unknown = recipient and not is_taken(recipient)
        return MailResult.UNKNOWN_ADDRESS if is_unknown else MailResult.UNREADABLE
    quarantine_mail(key, raw, fault)
    return MailResult.QUARANTINED
