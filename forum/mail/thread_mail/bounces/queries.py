"""Whether somebody's address is mailed no more."""

from django.db.models import F, QuerySet

from forum.mail.thread_mail.bounces.models import BounceCount


def pauses_of(person_id: int) -> QuerySet[BounceCount]:
    """The row that says so, of the address that they have now; none where it is mailed."""
    rows = BounceCount.objects.filter(person=person_id, address=F("person__email"))
    return rows.filter(paused_at__isnull=False)
