"""Who reads a space, in numbers, for the line "Qui lira ceci ?" beside every composer."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import BreakGlassAccess, GroupMembership, Seat
from accounts.viewers import rights_clock
from accounts.viewers.viewers import pair_with_viewers


@dataclass(frozen=True)
class BreakGlassReader:
    """Someone who is not of a college and reads its room for a time, and why."""

    name: str
    opened_at: datetime
    closes_at: datetime
    reason: str


@dataclass(frozen=True)
class Readership:
    """How many people of how many organisations; None for everyone on earth.

    ``break_glass_readers`` come on top: they are named, wherever the others are counted.
    """

    people: int | None
    organisations: int | None
    break_glass_readers: tuple = ()


@dataclass(frozen=True)
class CachedReadership:
    """Readers as counted when the rights clock stood at ``number``; until a moment, or None."""

    readership: Readership
    number: int
    until: datetime | None

    def holds(self, number):
        """Whether a count would give the same now that the clock stands at ``number``."""
        return self.number == number and (self.until is None or timezone.now() < self.until)


#: ``{(audience, college id, group id): Counted}``, for as long as nobody's rights change.
readership_cache = {}


def readership_of(space):
    """The people who may read ``space`` today, and for how many organisations they act."""
    if space.audience == "public":
        return Readership(None, None)
    if connection.in_atomic_block:  # What is seen here may never be so for others.
        return _count_readership(space)
    who = space.audience, space.college_id, space.group_id
    number = (
        rights_clock.current_number()
    )  # Read first: what changes from here on is counted again.
    kept = readership_cache.get(who)
    if kept is None or not kept.holds(number):
        until = rights_clock.next_scheduled_change()
        kept = readership_cache[who] = CachedReadership(_count_readership(space), number, until)
    return kept.readership


def _count_readership(space):
    if space.audience == "college":
        seats = Seat.objects.representing().filter(organisation__college=space.college_id)
    else:
        seats = Seat.objects.granting_access()
    if space.audience == "group":
        seats = seats.filter(_reads_in_group(space.group_id))
    seats = seats.filter(person__is_active=True, person__suspended_at=None)
    found = seats.aggregate(
        people=Count("person", distinct=True),
        organisations=Count("organisation", distinct=True),
    )
    return Readership(**found, break_glass_readers=_break_glass_readers(space))


def _reads_in_group(group_id):
    """The condition that a seat is of someone who reads in the group, by that seat."""
    joined = GroupMembership.objects.filter(group=group_id, person=OuterRef("person"))
    within = joined.filter(group__college=OuterRef("organisation__college"))
    anywhere = Exists(joined.filter(group__college=None))
    return anywhere | Q(Exists(within), confirmed_at__isnull=False)


def _break_glass_readers(space):
    if space.audience != "college":
        return ()
    return tuple(
        BreakGlassReader(one.person.full_name, one.opened_at, one.closes_at, one.reason)
        for one in break_glass_in_use(space.college_id)
    )


def break_glass_in_use(college_id):
    """The openings by which someone reads the college's room now, the oldest first.

    An opening may stand whose author is nobody who may open a room any more.
    """
    current = BreakGlassAccess.objects.current().filter(college=college_id)
    rows = pair_with_viewers(current.order_by("opened_at", "pk"))
    return [access for access, viewer in rows if college_id in viewer.opened_colleges]
