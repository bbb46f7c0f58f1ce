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
from forum.base.outgoing_mail.actions import Sent, send_next
from forum.base.outgoing_mail.queries import undoable_since
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.models import EVERYBODY, NotificationChange
from forum.conversation.inbox.notification import Notification
from forum.finding.saved_searches.actions import note_mailed
from forum.finding.saved_searches.notifications import notification_of
from forum.finding.saved_searches.queries import Finds
from forum.mail.thread_mail.actions import stop_key_of
from forum.mail.thread_mail.bounces.actions import deliver_to
from forum.mail.thread_mail.models import MailSetting, mailable
from forum.mail.thread_mail.notifications.mail import compose_notifications
from forum.mail.thread_mail.notifications.models import (
    NotificationMail,
    NotificationMailProgress,
)
from forum.mail.thread_mail.notifications.queries import notifications_to_mail, unread_finds
from forum.mail.thread_mail.queries import mail_setting_of

#: How long a change waits, so that what is taken back is not mailed, and several are one mail.
DELAY = timedelta(minutes=5)
#: What happened longer ago is mailed to nobody who was never mailed.
NEW_FOR = timedelta(hours=1)
#: For how long settled rows are kept.
RETENTION = timedelta(days=7)


@transaction.atomic(durable=True)
def plan_changed_notifications() -> int:
    """Plan a mail for everybody whose notifications changed since the last time; how many.

    The first time, nothing of what was there before. 0 while another process does it.
    """
    changes = NotificationChange.objects.filter(is_of_follow=False)
    latest = changes.aggregate(pk=Max("pk"))["pk"] or 0
    start = NotificationMailProgress(pk=1, last_change=latest, before_last=latest)
    NotificationMailProgress.objects.bulk_create([start], ignore_conflicts=True)
    rows = NotificationMailProgress.objects.select_for_update(skip_locked=True)
    progress = rows.filter(pk=1).first()
    if progress is None or latest == progress.before_last:
        return 0
    new = changes.filter(pk__gt=progress.before_last)
    people = set(new.values_list("person_id", flat=True))
    progress.before_last, progress.last_change = progress.last_change, latest
    progress.save(update_fields=["before_last", "last_change"])
    return _plan(None if EVERYBODY in people else people)


@transaction.atomic(durable=True)
def plan_all_notifications() -> int:
    """Plan a mail for everybody: what comes with time alone, such as a reminder."""
    return _plan(None)


def _plan(people: Iterable[int] | None) -> int:
    """Plan a mail for those of ``people``, or all, who want any; how many those are."""
    recipients = User.objects.filter(mailable()).exclude(mail_setting__notifications=False)
    if people is not None:
        recipients = recipients.filter(pk__in=people)
    due_at = timezone.now() + DELAY
    pks = list(recipients.order_by("pk").values_list("pk", flat=True))
    NotificationMail.objects.bulk_create(
        (NotificationMail(person_id=pk, due_at=due_at) for pk in pks),
        ignore_conflicts=True,
        batch_size=500,
    )
    return len(pks)


def send_next_notifications() -> Sent | None:
    """Send the mail of this kind that is due the longest, if there is anything to say."""
    return send_next(NotificationMail.objects.all(), _send)


def _send(row: NotificationMail) -> Sent:
    person = User.objects.filter(mailable(), pk=row.person_id).first()
    setting = mail_setting_of(row.person_id)
    if person is None or not setting.notifications:
        return Sent.DROPPED
    viewer, new_since = viewer_of_person(person), row.planned_at - NEW_FOR
    with override(setting.language):
        new = notifications_to_mail(person, viewer, setting.notified_until or new_since)
        due = [notification for notification in new if notification.at <= undoable_since()]
        if len(due) < len(new):
            _plan([person.pk])  # What may still be undone waits for the next mail.
        finds = unread_finds(person, viewer, [Channel.MAIL], new_since)
        lines = [*due, *(notification_of(*find).in_mail() for find in finds)]
        if not lines:
            row.delete()  # Triggers tell of rather too many people.
            return Sent.DROPPED
        key = stop_key_of(person.pk)
        deliver_to(person, compose_notifications(lines, viewer, person, row.pk, key))
    _note_mailed(person.pk, due, finds)
    return Sent.SENT


@transaction.atomic(durable=True)
def _note_mailed(person_id: int, notifications: list[Notification], finds: list[Finds]) -> None:
    if notifications:
        MailSetting.objects.update_or_create(
            person_id=person_id, defaults={"notified_until": notifications[0].at}
        )
    note_mailed(finds)
