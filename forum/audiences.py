"""Who reads a space, in numbers, for the line "Qui lira ceci ?" beside every composer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts import rights
from accounts.models import GroupMembership, Opening, Seat
from accounts.viewers import of_people_in


@dataclass(frozen=True)
class Opener:
    """Someone who is not of a college and reads its room for a time, and why."""

    name: str
    opened_at: datetime
    closes_at: datetime
    reason: str


@dataclass(frozen=True)
class Readers:
    """How many people of how many organisations; None for everyone on earth.

    ``openers`` come on top: they are named, wherever the others are counted.
    """

    people: int | None
    organisations: int | None
    openers: tuple = ()


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
    if space.audience == "college":
        seats = Seat.objects.speaking().filter(organisation__college=space.college_id)
    else:
        seats = Seat.objects.opening()
    if space.audience == "group":
        seats = seats.filter(_in_group(space.group_id))
    seats = seats.filter(person__is_active=True, person__suspended_at=None)
    found = seats.aggregate(
        people=Count("person", distinct=True),
        organisations=Count("organisation", distinct=True),
    )
    return Readers(**found, openers=_openers(space))


def _in_group(group_id):
    """The condition that a seat is of someone who reads in the group, by that seat."""
    joined = GroupMembership.objects.filter(group=group_id, person=OuterRef("person"))
    within = joined.filter(group__college=OuterRef("organisation__college"))
    anywhere = Exists(joined.filter(group__college=None))
    return anywhere | Q(Exists(within), confirmed_at__isnull=False)


def _openers(space):
    if space.audience != "college":
        return ()
    return tuple(
        Opener(one.person.full_name, one.opened_at, one.closes_at, one.reason)
        for one in openings_read(space.college_id)
    )


def openings_read(college_id):
    """The openings by which someone reads the college's room now, the oldest first.

    An opening may stand whose author is nobody who may open a room any more.
    """
    current = Opening.objects.current().filter(college=college_id)
    rows = of_people_in(current.order_by("opened_at", "pk"))
    return [opening for opening, viewer in rows if college_id in viewer.opened]
