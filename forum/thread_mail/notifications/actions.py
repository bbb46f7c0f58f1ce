"""Planning mails for people whose notifications changed, and sending what is new.

Triggers say whose notifications may have changed (``NotificationChange``): rather too many
than too few. What there is to say is found as it is sent, by the sources of the inbox.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.inbox.models import EVERYBODY, NotificationChange
from forum.outgoing_mail.actions import Sent, send_next
from forum.thread_mail.bounces.actions import deliver_to
from forum.thread_mail.models import MailSetting, may_be_mailed
from forum.thread_mail.notifications.mail import compose_notifications
from forum.thread_mail.notifications.models import NotificationMail, NotificationMailProgress
from forum.thread_mail.notifications.queries import notifications_to_mail
from forum.thread_mail.queries import mail_setting_of

#: How long a change waits, so that what is taken back is not mailed, and several are one mail.
DELAY = timedelta(minutes=5)
#: Ids are not in the order of commits: so many are looked at again.
_AGAIN = 1_000
#: What happened longer ago is mailed to nobody who was never mailed.
NEW_FOR = timedelta(hours=1)
#: For how long settled rows are kept.
KEPT = timedelta(days=7)


@transaction.atomic(durable=True)
def plan_changed_notifications() -> int:
    """Plan a mail for everybody whose notifications changed since the last time; how many.

    The first time, nothing of what was there before. 0 while another process does it.
    """
    latest = NotificationChange.objects.aggregate(pk=Max("pk"))["pk"] or 0
    start = NotificationMailProgress(pk=1, last_change=latest)
    NotificationMailProgress.objects.bulk_create([start], ignore_conflicts=True)
    rows = NotificationMailProgress.objects.select_for_update(skip_locked=True)
    progress = rows.filter(pk=1).first()
    if progress is None or latest <= progress.last_change:
        return 0
    changes = NotificationChange.objects.filter(pk__gt=progress.last_change - _AGAIN)
    people = set(changes.values_list("person_id", flat=True))
    progress.last_change = latest
    progress.save(update_fields=["last_change"])
    return _plan(None if EVERYBODY in people else people)


@transaction.atomic(durable=True)
def plan_all_notifications() -> int:
    """Plan a mail for everybody: what comes with time alone, such as a reminder."""
    return _plan(None)


def _plan(people: Iterable[int] | None) -> int:
    """Plan a mail for those of ``people``, or all, who want any."""
    wanted = User.objects.filter(may_be_mailed()).exclude(mail_setting__notifications=False)
    if people is not None:
        wanted = wanted.filter(pk__in=people)
    due_at = timezone.now() + DELAY
    rows = [
        NotificationMail(person_id=pk, due_at=due_at)
        for pk in wanted.order_by("pk").values_list("pk", flat=True)
    ]
    NotificationMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def send_next_notifications() -> Sent | None:
    """Send the mail of this kind that is due the longest, if there is anything to say."""
    return send_next(NotificationMail.objects.all(), _send)


def _send(row: NotificationMail) -> Sent:
    person = User.objects.filter(may_be_mailed(), pk=row.person_id).first()
    setting = mail_setting_of(row.person_id)
    if person is None or not setting.notifications:
        return Sent.DROPPED
    after = setting.notified_until or timezone.now() - DELAY - NEW_FOR
    with override(setting.language):
        found = notifications_to_mail(person, viewer_of_person(person), after)
        if not found:
            return Sent.DROPPED
        deliver_to(person, compose_notifications(found, person, row.pk))
    _note_mailed(person.pk, found[0].at)
    return Sent.SENT


@transaction.atomic(durable=True)
def _note_mailed(person_id: int, until: object) -> None:
    MailSetting.objects.update_or_create(
        person_id=person_id, defaults={"notified_until": until}
    )


def delete_old_notification_mails(size: int = 2_000) -> int:
    """Forget up to ``size`` mails that were settled long ago; return how many."""
    old = NotificationMail.objects.filter(settled_at__lt=timezone.now() - KEPT).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:size])
    NotificationMail.objects.filter(pk__in=pks).delete()
    return len(pks)
