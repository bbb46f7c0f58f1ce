"""Planning digests for the hours that people chose, and sending those that are due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.follows.models import Follow
from forum.outgoing_mail.actions import Sent, send_next
from forum.thread_mail.bounces.actions import deliver_to
from forum.thread_mail.digests.mail import compose_digest
from forum.thread_mail.digests.models import Digest
from forum.thread_mail.digests.queries import DigestContent, digest_content
from forum.thread_mail.models import DigestFrequency, MailSetting, may_be_mailed, new_key

#: How far back the first digest of a person looks, by how often they get one.
_FIRST_SPAN = {
    DigestFrequency.DAILY: timedelta(days=1),
    DigestFrequency.WEEKLY: timedelta(days=7),
}
#: What is older is told to nobody, however long no digest was sent.
_MAX_SPAN = timedelta(days=31)
#: For how long it is known which digests were sent; longer than ``_MAX_SPAN``.
KEPT = timedelta(days=60)


@transaction.atomic(durable=True)
def begin_digests(size: int = 500) -> int:
    """Give up to ``size`` people who chose nothing the defaults, so that they are planned."""
    people = User.objects.filter(may_be_mailed(), mail_setting=None).order_by("pk")
    rows = [MailSetting(person_id=pk) for pk in people.values_list("pk", flat=True)[:size]]
    MailSetting.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic(durable=True)
def schedule_digests(size: int = 500) -> int:
    """Say when the next digest is due, for up to ``size`` people of whom nothing says it."""
    waiting = MailSetting.objects.filter(next_digest_at=None).exclude(
        digest=DigestFrequency.NEVER
    )
    rows = list(waiting.order_by("pk").select_for_update(skip_locked=True, no_key=True)[:size])
    now = timezone.now()
    for row in rows:
        row.next_digest_at = next_moment(row, now)
        row.digest_key = row.digest_key or new_key()
    MailSetting.objects.bulk_update(rows, ["next_digest_at", "digest_key"])
    return len(rows)


@transaction.atomic(durable=True)
def plan_due_digests(size: int = 500) -> int:
    """Plan the digests of up to ``size`` people whose hour has come; return how many."""
    now = timezone.now()
    waiting = MailSetting.objects.exclude(digest=DigestFrequency.NEVER)
    waiting = waiting.filter(next_digest_at__lte=now).order_by("next_digest_at")
    rows = list(waiting.select_for_update(skip_locked=True, no_key=True)[:size])
    sent = Digest.objects.filter(person__in=[row.pk for row in rows], was_sent=True)
    latest = dict(sent.order_by("settled_at").values_list("person", "settled_at"))
    for row in rows:
        first = now - _FIRST_SPAN[DigestFrequency(row.digest)]
        since = max(latest.get(row.pk, first), now - _MAX_SPAN)
        Digest.objects.bulk_create(
            [Digest(person_id=row.pk, planned_for=row.next_digest_at, since=since, due_at=now)],
            ignore_conflicts=True,
        )
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


@transaction.atomic(durable=True)
def stop_digest(setting: MailSetting) -> None:
    """Send its person no digest any more, until they say otherwise."""
    setting.digest, setting.next_digest_at = DigestFrequency.NEVER, None
    setting.save(update_fields=["digest", "next_digest_at"])


def send_next_digest() -> Sent | None:
    """Send the digest that is due the longest, unless there is nothing to say."""
    return send_next(Digest.objects.all(), _send)


def _send(row: Digest) -> Sent:
    wanted = User.objects.filter(may_be_mailed(), pk=row.person_id).select_related(
        "mail_setting"
    )
    person = wanted.exclude(mail_setting__digest=DigestFrequency.NEVER).first()
    if person is None:
        return Sent.DROPPED
    viewer = viewer_of_person(person)
    with override(person.mail_setting.language):
        content = digest_content(person, viewer, row.since)
        if not content.is_new:
            return Sent.DROPPED
        deliver_to(person, compose_digest(content, person, row))
    _note_mailed(content)
    return Sent.SENT


def _note_mailed(content: DigestContent) -> None:
    """Tell of the followed threads no more what this digest told."""
    follows = [news.follow for news in content.threads]
    for follow in follows:
        follow.mailed_number = max(follow.mailed_number, follow.thread.post_count)
    Follow.objects.bulk_update(follows, ["mailed_number"])


def delete_old_digests(size: int = 2_000) -> int:
    """Forget up to ``size`` digests that were settled long ago; return how many."""
    old = Digest.objects.filter(settled_at__lt=timezone.now() - KEPT).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:size])
    Digest.objects.filter(pk__in=pks).delete()
    return len(pks)
