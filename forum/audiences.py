"""Who reads a space, in numbers, for the line "Qui lira ceci ?" beside every composer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from accounts import rights
from accounts.models import GroupMembership, Seat


@dataclass(frozen=True)
class Readers:
    """How many people of how many organisations; None for everyone on earth."""

    people: int | None
    organisations: int | None


@dataclass(frozen=True)
class Counted:
    """Readers as counted when the rights clock stood at ``number``; until a moment, or None."""

    readers: Readers
    number: int
    until: datetime | None

    def holds(self, number):
        """Whether a count would give the same now that the clock stands at ``number``."""
        return self.number == number and (self.until is None or timezone.now() < self.until)


#: ``{(audience, college id, group id): Counted}``, for as long as nobody's rights change.
counted = {}


def readers_of(space):
    """The people who may read ``space`` today, and for how many organisations they act."""
    if space.audience == "public":
        return Readers(None, None)
    if connection.in_atomic_block:  # What is seen here may never be so for others.
        return _count(space)
    who = space.audience, space.college_id, space.group_id
    number = rights.clock()  # Read first: what changes from here on is counted again.
    kept = counted.get(who)
    if kept is None or not kept.holds(number):
        until = rights.until()
        kept = counted[who] = Counted(_count(space), number, until)
    return kept.readers


def _count(space):
    seats = Seat.objects.opening().filter(person__is_active=True, person__suspended_at=None)
    if space.audience == "college":
        seats = seats.filter(organisation__college=space.college_id, confirmed_at__isnull=False)
    elif space.audience == "group":
        joined = GroupMembership.objects.filter(group=space.group_id, person=OuterRef("person"))
        seats = seats.filter(Exists(joined))
    found = seats.aggregate(
        people=Count("person", distinct=True),
        organisations=Count("organisation", distinct=True),
    )
    return Readers(**found)
