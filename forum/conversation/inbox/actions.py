"""Reading one's inbox."""

from datetime import datetime

from django.db import transaction
from django.db.models import Window
from django.db.models.functions import RowNumber

from accounts.models import User
from accounts.users.actions import mark_inbox_read
from forum.conversation.inbox.models import EVERYBODY, NotificationChange

#: Changes for everybody that are kept: their sum is part of every page.
_SHARED_CHANGES_KEPT = 200
#: Changes of a person, or for everybody, that a night leaves; rows deleted at once.
_CHANGES_KEPT, _BATCH = 20, 500


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


@transaction.atomic(durable=True)
def mark_read(person: User, until: datetime) -> None:
    """Mark what the inbox of ``person`` held at the moment ``until`` as read.

    Their changes so far are forgotten: the next one gives another sum all the same.
    """
    NotificationChange.objects.filter(person_id=person.pk).delete()
    mark_inbox_read(person, until)
    shared = NotificationChange.objects.filter(person_id=EVERYBODY).order_by("-pk")
    if newest := list(shared.values_list("pk", flat=True)[: _SHARED_CHANGES_KEPT + 1]):
        shared.filter(pk__lt=newest[-1]).delete()
