"""Counting mail that came back, pausing an address, and mailing it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.base.locks import lock_row
from accounts.models import User
from forum.base.outgoing_mail.actions import deliver
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.thread_mail.bounces.models import BounceCount, PauseReason
from forum.mail.thread_mail.bounces.proof import proved_people
from forum.mail.thread_mail.bounces.report import read_report, status_in

#: There is no such mailbox, or it is closed: once is enough.
_NO_MAILBOX = frozenset(("5.1.1", "5.1.10", "5.2.1"))
#: What the address is at fault for, if for good: itself, its mailbox, its server's name. That
#: a mail is too long (5.3), has a form (5.6) or comes from a site (5.7) is none of its doing.
_OF_ADDRESS = ("5.0.", "5.1.", "5.2.", "5.4.")
#: On how many days for good, and how often within which time for now, is too often.
_MAX_HARD, _MAX_SOFT, _SOFT_SPAN = 2, 5, timedelta(days=14)
#: For how long counts are kept of an address that is mailed still.
RETENTION = timedelta(days=30)


def process_report(mail: IncomingMail, recipients: Iterable[str]) -> None:
    """Count what the bounce ``mail``, to ``recipients``, says of addresses, or a complaint.

    Only of the person to whom a mail of ours is proved to have been: at the address that they
    have, or if they complain at whichever.
    """
    report = read_report(mail.raw)
    if not report.failures and not report.is_complaint:
        return
    for person in proved_people("\n".join([*recipients, report.text])):
        if report.is_complaint:
            pause_for_complaint(person)
        elif status := report.failures.get(person.email.lower()):
            count_bounce(person, status)


def deliver_to(person: User, mail: EmailMessage) -> None:
    """Hand ``mail`` to the mail server; raise what it says.

    An address that it refuses because there is no such mailbox is paused.
    """
    try:
        deliver(mail)
    except SMTPRecipientsRefused as answer:
        for _code, words in answer.recipients.values():
            text = words.decode("latin-1") if isinstance(words, bytes) else str(words)
            if (status := status_in(text)) in _NO_MAILBOX:
                count_bounce(person, status)
        raise


@transaction.atomic(durable=True)
def count_bounce(person: User, status: str) -> None:
    """Count that mail to ``person`` came back with ``status``; pause where that is too often.

    Nothing is counted of an address that they have no more.
    """
    now, today = timezone.now(), timezone.localdate()
    is_hard = status.startswith(_OF_ADDRESS)
    if not is_hard and not status.startswith("4."):
        return
    if (row := _lock_count(person)) is None:
        return
    row.last_at = now
    if is_hard and row.last_hard_on != today:
        row.hard, row.last_hard_on = row.hard + 1, today
    if not is_hard:
        if row.soft_since is None or row.soft_since < now - _SOFT_SPAN:
            row.soft, row.soft_since = 0, now
        row.soft += 1
    if status in _NO_MAILBOX or row.hard >= _MAX_HARD:
        _pause(row, PauseReason.HARD)
    elif row.soft >= _MAX_SOFT:
        _pause(row, PauseReason.SOFT)
    row.save()


@transaction.atomic(durable=True)
def pause_for_complaint(person: User) -> None:
    """Stop mail of that kind to ``person``, who called one of ours unwanted."""
    if (row := _lock_count(person)) is None:
        return
    row.last_at = timezone.now()
    _pause(row, PauseReason.COMPLAINT)
    row.save()


def _lock_count(person: User) -> BounceCount | None:
    """The row of the address that ``person`` had when they were read; None if that changed.

    A row of another address is reset; the caller saves it.
    """
    if lock_row(User, person.pk).email != person.email:
        return None
    now = timezone.now()
    row = BounceCount.objects.filter(person=person, address=person.email).first()
    return row or BounceCount(person=person, address=person.email, first_at=now, last_at=now)


def _pause(row: BounceCount, reason: PauseReason) -> None:
    if row.paused_at is None:
        row.paused_at, row.reason = timezone.now(), reason


@transaction.atomic(durable=True)
def resume_mail(person_id: int) -> None:
    """Mail ``person_id`` again, and reset the count."""
    BounceCount.objects.filter(person=person_id).delete()


def delete_old_bounces() -> None:
    """Forget what was counted long ago, but for pauses, and of addresses that changed."""
    old = Q(paused_at=None, last_at__lt=timezone.now() - RETENTION)
    BounceCount.objects.filter(old | ~Q(address=F("person__email"))).delete()
