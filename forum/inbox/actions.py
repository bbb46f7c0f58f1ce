"""Reading one's inbox."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.users.actions import mark_inbox_read
from forum.inbox.models import EVERYBODY, NotificationChange

#: Changes for everybody that are kept: their sum is part of every page.
_SHARED_CHANGES_KEPT = 200


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
