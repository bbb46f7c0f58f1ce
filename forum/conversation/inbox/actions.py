"""Marking notifications as read: one by one, or all that the inbox held."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from accounts.users.actions import mark_inbox_read
from accounts.viewers.viewers import Viewer
from forum.conversation.inbox.models import EVERYBODY, NotificationChange, NotificationRead
from forum.conversation.inbox.notification import Notification
from forum.conversation.inbox.queries import MAX_READ
from forum.conversation.inbox.unread import (
    Unread,
    count_notifications,
    unread_of_shown_posts,
)

#: Changes for everybody that are kept: their sum is part of every page.
_SHARED_CHANGES_KEPT = 200
#: Changes of a person, or for everybody, that a night leaves; rows deleted at once.
_CHANGES_KEPT, _BATCH = 20, 500


def purge_reads() -> int:
    """Delete what says which notifications were read where all of that time is; how many.

    Of who read more than ``MAX_READ`` one by one, what is older than the newest of these is.
    """
    reads = NotificationRead.objects.order_by()
    many = reads.values("person").annotate(number=Count("pk")).filter(number__gt=MAX_READ)
    for person in User.objects.filter(pk__in=many.values("person")):
        newest = reads.filter(person=person).order_by("-until").values_list("until", flat=True)
        mark_inbox_read(person, newest[MAX_READ])
    read_at = User.objects.filter(pk=OuterRef("person")).values("inbox_read_at")
    return reads.filter(until__lte=Subquery(read_at)).delete()[0]


def purge_changes() -> int:
    """Delete all but the newest changes of each person; return how many.

    Pages sum them up, and who never reads their inbox would have ever more. Those who lose
    some are counted anew, once.
    """
    newest = Window(RowNumber(), partition_by="person_id", order_by="-pk")
    old = NotificationChange.objects.annotate(place=newest).filter(place__gt=_CHANGES_KEPT)
    pks = list(old.values_list("pk", flat=True))
    for start in range(0, len(pks), _BATCH):
        NotificationChange.objects.filter(pk__in=pks[start : start + _BATCH]).delete()
    return len(pks)


def mark_notifications_read(
    person_id: int, notifications: Iterable[Notification | Unread]
) -> None:
    """Mark ``notifications``, which the person has not read, as read: in all tabs and mails.

    One statement, and none where there are none. Later ones of the same key are unread.
    """
    until: dict[str, datetime] = {}
    for notification in notifications:
        until[notification.key] = max(
            notification.at, until.get(notification.key, notification.at)
        )
    # In the order of keys, so that two transactions cannot deadlock.
    rows = [
        NotificationRead(person_id=person_id, key=key, until=until[key])
        for key in sorted(until)
    ]
    NotificationRead.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "key"], update_fields=["until"]
    )


def mark_posts_read(viewer: Viewer, numbers: Mapping[int, range]) -> None:
    """Mark the notifications of ``viewer`` about posts of threads, ``{thread id: numbers}``.

    As read, for who read the posts elsewhere than on a page, which knows what is unread.
    """
    count_notifications(viewer)
    shown = {viewer.person_id or 0: numbers.items()}
    for person_id, unread in unread_of_shown_posts([viewer], shown).items():
        mark_notifications_read(person_id, unread)


@transaction.atomic(durable=True)
def mark_read(person: User, until: datetime) -> None:
    """Mark what the inbox of ``person`` held at the moment ``until`` as read.

    Their changes so far are forgotten: the next one gives another sum all the same.
    """
    NotificationChange.objects.filter(person_id=person.pk).delete()
    mark_inbox_read(person, until)
    NotificationRead.objects.filter(person=person, until__lte=until).delete()
    shared = NotificationChange.objects.filter(person_id=EVERYBODY).order_by("-pk")
    if newest := list(shared.values_list("pk", flat=True)[: _SHARED_CHANGES_KEPT + 1]):
        shared.filter(pk__lt=newest[-1]).delete()
