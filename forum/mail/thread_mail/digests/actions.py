"""Planning digests for the hours that people chose, and sending those that are due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base.outgoing_mail.actions import Sent, send_next
from forum.base.outgoing_mail.queries import undoable_since
from forum.conversation.follows.actions import note_mailed
from forum.finding.saved_searches import actions as saved_searches
from forum.mail.thread_mail.actions import stop_key_of
from forum.mail.thread_mail.bounces.actions import deliver_to
from forum.mail.thread_mail.digests.mail import compose_digest
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.digests.queries import digest_content
from forum.mail.thread_mail.models import DigestFrequency, MailSetting, mailable

#: How far back the first digest of a person looks, by how often they get one.
_FIRST_SPAN = {
    DigestFrequency.DAILY: timedelta(days=1),
    DigestFrequency.WEEKLY: timedelta(days=7),
}
#: What is older is told to nobody, however long no digest was sent.
_MAX_SPAN = timedelta(days=31)
#: For how long it is known which digests were sent; longer than ``_MAX_SPAN``.
RETENTION = timedelta(days=60)


@transaction.atomic(durable=True)
def begin_digests(size: int = 500) -> int:
    """Give up to ``size`` people who chose nothing the defaults, so that they are planned."""
    people = User.objects.filter(mailable(), mail_setting=None).order_by("pk")
    rows = [MailSetting(person_id=pk) for pk in people.values_list("pk", flat=True)[:size]]
    MailSetting.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic(durable=True)
def schedule_digests(size: int = 500) -> int:
    """Set when the next digest is due, for up to ``size`` people of whom nothing says it."""
    waiting = MailSetting.objects.filter(next_digest_at=None).exclude(
        digest=DigestFrequency.NEVER
    )
    rows = list(waiting.order_by("pk").select_for_update(skip_locked=True, no_key=True)[:size])
    now = timezone.now()
    for row in rows:
        row.next_digest_at = next_moment(row, now)
    MailSetting.objects.bulk_update(rows, ["next_digest_at"])
    return len(rows)


@transaction.atomic(durable=True)
def plan_due_digests(size: int = 500) -> int:
    """Plan the digests of up to ``size`` people whose hour has come; return how many."""
    now = timezone.now()
    waiting = MailSetting.objects.exclude(digest=DigestFrequency.NEVER)
    waiting = waiting.filter(next_digest_at__lte=now).order_by("next_digest_at")
    rows = list(waiting.select_for_update(skip_locked=True, no_key=True)[:size])
    digests = (
        Digest(person_id=row.pk, planned_for=row.next_digest_at, due_at=now)
        for row in rows
        if row.next_digest_at
    )
    Digest.objects.bulk_create(digests, ignore_conflicts=True)
    for row in rows:
        row.next_digest_at = next_moment(row, now)
    MailSetting.objects.bulk_update(rows, ["next_digest_at"])
    return len(rows)


def next_moment(setting: MailSetting, after: datetime) -> datetime:
    """The first moment past ``after`` at which the digest of this setting is due."""
    local = timezone.localtime(after)
    at = local.replace(hour=setting.digest_hour, minute=0, second=0, microsecond=0)
    if setting.digest == DigestFrequency.WEEKLY:
        at += timedelta(days=(setting.digest_day - at.weekday()) % 7)
    step = timedelta(days=7 if setting.digest == DigestFrequency.WEEKLY else 1)
    return at if at > local else at + step


def send_next_digest() -> Sent | None:
    """Send the digest that is due the longest, unless there is nothing to say."""
    return send_next(Digest.objects.all(), _send)


def _send(row: Digest) -> Sent:
    people = User.objects.filter(mailable(), pk=row.person_id).select_related("mail_setting")
    person = people.exclude(mail_setting__digest=DigestFrequency.NEVER).first()
    if person is None:
        return Sent.DROPPED
    viewer = viewer_of_person(person)
    with override(person.mail_setting.language):
        content = digest_content(person, viewer, _covered_until(person))
        if not content.is_new:
            return Sent.DROPPED
        if content.week:
            Digest.objects.filter(pk=row.pk).update(issue=content.week.issue)
        key = person.mail_setting.stop_key or stop_key_of(person.pk)
        deliver_to(person, compose_digest(content, person, row, key))
    note_mailed({news.follow.pk: news.last_number for news in content.threads})
    saved_searches.note_mailed(content.finds)
    return Sent.SENT


def _covered_until(person: User) -> datetime:
    """The moment before which all was in the last digest, or is too old for one.

    What could be undone as that was sent was not told.
    """
    now = timezone.now()
    sent = Digest.objects.filter(person=person, was_sent=True).order_by("-settled_at")
    first = now - _FIRST_SPAN[DigestFrequency(person.mail_setting.digest)]
    last = sent.values_list("settled_at", flat=True).first()
    return max(undoable_since(last) if last else first, now - _MAX_SPAN)
