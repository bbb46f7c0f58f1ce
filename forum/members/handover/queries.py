"""The seats that may carry on what an ended seat began, and the questions it leaves open."""

from django.db.models import Q, QuerySet

from accounts.models import Seat
from forum.conversation.threads.kinds import unresolved


def possible_successors(seat: Seat) -> QuerySet[Seat]:
    """The seats of other people who represent the organisation of ``seat`` today."""
    others = Seat.objects.representing().with_active_holder()
    return others.filter(organisation=seat.organisation_id).exclude(person=seat.person_id)


def open_questions(seat: Seat) -> Q:
    """The condition that a thread is an unsettled question begun from ``seat`` or passed to it.

    Those that its successor carries on are included: they can pass on from there.
    """
    own = Q(seat=seat, assignee=None) | Q(assignee=seat)
    if seat.successor_id:
        own |= Q(seat__in=_predecessor_ids(seat), assignee=seat.successor_id)
    return own & unresolved()


def _predecessor_ids(seat: Seat) -> set[int]:
    """The ids of ``seat`` and of all seats handed over to it, directly or through others."""
    ids, last = set(), {seat.pk}
    while last:
        ids |= last
        before = Seat.objects.filter(successor__in=last).values_list("pk", flat=True)
        last = set(before) - ids
    return ids
