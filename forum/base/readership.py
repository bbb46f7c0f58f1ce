"""How many people read a space, for the line "Who will read this?" of composers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import BreakGlassAccess, GroupMembership, Seat
from accounts.viewers import rights_clock
from accounts.viewers.viewers import pair_with_viewers, with_viewer_annotations

if TYPE_CHECKING:
    from accounts.organisations.querysets import SeatQuerySet
    from forum.base.spaces.models import Space


@dataclass(frozen=True)
class BreakGlassReader:
    """Someone who reads the space of another college for a time, and why."""

    access_id: int
    name: str
    opened_at: datetime
    closes_at: datetime
    reason: str


@dataclass(frozen=True)
class Readership:
    """The number of people and of their organisations; None where everyone reads.

    ``break_glass_readers`` are not counted: they are named. ``number``: of the rights clock
    when they were counted.
    """

    space_id: int
    people: int | None
    organisations: int | None
    break_glass_readers: tuple[BreakGlassReader, ...] = ()
    number: int = field(default=0, compare=False)

    @property
    def summary(self) -> str:
        """The space, the people and the accesses by break-glass: ``7.30.12-15``."""
        accesses = "-".join(str(reader.access_id) for reader in self.break_glass_readers)
        return f"{self.space_id}.{self.people or 0}.{accesses}"

    @property
    def stamp(self) -> str:
        """The summary with the number before it, for the hidden field of forms."""
        return f"{self.number}.{self.summary}"


@dataclass(frozen=True)
class CachedReadership:
    """A readership counted at ``number`` of the rights clock; ``until`` bounds it, if set."""

    readership: Readership
    number: int
    until: datetime | None

    def is_valid(self, number: int) -> bool:
        """Whether it is still true now that the clock is at ``number``, or was just now."""
        return self.number >= number and (self.until is None or timezone.now() < self.until)


#: Valid for as long as nobody's rights change, by the id of the space.
readership_cache: dict[int, CachedReadership] = {}


def readership_of(space: Space, number: int | None = None) -> Readership:
    """The people who may read ``space`` today, and their organisations.

    ``number``: of the rights clock, where it has just been read.
    """
    if space.audience == "public":
        return Readership(space.pk, None, None)
    if number is None:  # Read before counting: a later change makes the count invalid.
        number = rights_clock.current_number()
    cached = readership_cache.get(space.pk)
    if cached is not None and cached.is_valid(number):
        return replace(cached.readership, number=number)
    readership = replace(_count_readership(space), number=number)
    if not connection.in_atomic_block:  # What is read in one may be rolled back.
        until = rights_clock.next_scheduled_change()
        readership_cache[space.pk] = CachedReadership(readership, number, until)
    return readership


def _count_readership(space: Space) -> Readership:
    ids = {"college_id": space.college_id or 0, "group_id": space.group_id or 0}
    people, organisations = _COUNT_QUERY.first(space.audience, **ids) or (0, 0)
    return Readership(space.pk, people, organisations, _break_glass_readers(space))


def _counts(
    audience: str, college_id: int, group_id: int, at: datetime | None
) -> QuerySet[Seat, Any]:
    """A query of one row: how many people and organisations; no row where there are none."""
    seats = reading_seats(Seat.objects.representing(at), audience, college_id, group_id)
    counts: QuerySet[Seat, Any] = (
        seats.with_active_holder()
        .order_by()
        .values(of=Value(1))
        .annotate(people=Count("person", distinct=True))
        .annotate(organisations=Count("organisation", distinct=True))
        .values_list("people", "organisations")
    )
    return counts


_COUNT_QUERY: CompiledQuery[tuple[int, int]] = CompiledQuery(
    _counts, "college_id", "group_id", "at"
)


def reading_seats[Seats: SeatQuerySet](
    seats: Seats, audience: str, college_id: int, group_id: int
) -> Seats:
    """Those of ``seats`` by which their holders read a space of members: of the college or
    the group, or, for another ``audience``, of the network."""
    if audience == "college":
        return seats.filter(organisation__college=college_id)
    if audience == "group":
        return seats.filter(_reads_in_group(group_id))
    return seats


def _reads_in_group(group_id: int) -> Q:
    """The condition that the seat gives its holder access to the group's space."""
    joined = GroupMembership.objects.filter(group=group_id, person=OuterRef("person"))
    within = joined.filter(group__college=OuterRef("organisation__college"))
    anywhere = Exists(joined.filter(group__college=None))
    return anywhere | Exists(within)


def _break_glass_readers(space: Space) -> tuple[BreakGlassReader, ...]:
    if space.audience != "college" or space.college_id is None:
        return ()
    return tuple(
        BreakGlassReader(
            access.pk,
            access.person.full_name,
            access.opened_at,
            access.closes_at,
            access.reason,
        )
        for access in break_glass_in_use(space.college_id)
    )


def break_glass_in_use(college_id: int) -> list[BreakGlassAccess]:
    """The accesses by which someone reads the college's space now, the oldest first.

    A current access gives nothing to someone who may no longer break the glass.
    """
    rows = _IN_USE_QUERY.rows(college_id=college_id)
    return [
        access
        for access, viewer in pair_with_viewers(rows)
        if college_id in viewer.opened_college_ids
    ]


def _accesses_in_use(college_id: int, at: datetime | None) -> QuerySet[BreakGlassAccess]:
    accesses = BreakGlassAccess.objects.current(at).filter(college=college_id)
    return with_viewer_annotations(accesses, at).order_by("opened_at", "pk")


_IN_USE_QUERY: CompiledQuery[BreakGlassAccess] = CompiledQuery(
    _accesses_in_use, "college_id", "at"
)
