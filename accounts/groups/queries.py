"""Queries of people who may join a group, and of groups with active members."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import fold
from accounts.groups.models import GroupMembership
from accounts.organisations.models import Seat
from accounts.profiles.queries import listed
from accounts.users.models import User
from accounts.users.suspension import not_suspended

if TYPE_CHECKING:
    from accounts.groups.models import WorkingGroup
    from accounts.organisations.models import College
    from accounts.organisations.querysets import SeatQuerySet


#: People offered for a name that is several people's.
MAX_SUGGESTIONS = 20


def has_active_members(at: datetime | None = None) -> Q:
    """The condition that a group has a member with access now, who could answer."""
    joined = GroupMembership.objects.filter(
        not_suspended("person__"), group=OuterRef("pk"), person__is_active=True
    )
    seats = Seat.objects.representing(at).filter(person=OuterRef("person"))
    within = seats.filter(organisation__college=OuterRef("group__college"))
    across = joined.filter(Exists(seats), group__college=None)
    return Q(Exists(across)) | Q(Exists(joined.filter(Exists(within))))


def eligible_people(
    college: College | int | None = None, at: datetime | None = None
) -> QuerySet[User]:
    """The people who may join a group within ``college`` (None: across the colleges)."""
    seats = Seat.objects.representing(at).filter(person=OuterRef("pk"))
    if college is not None:
        seats = seats.filter(organisation__college=college)
    return User.objects.filter(Exists(seats), not_suspended(), is_active=True)


def is_findable_by_name(person: User) -> bool:
    """Whether ``person`` is found by name now."""
    return _FINDABLE.first(pk=person.pk) is not None


def findable_by_name(at: datetime | None = None) -> Q:
    """The condition that a person is found by name: listed, with a confirmed seat."""
    confirmed = Seat.objects.confirmed(at).filter(person=OuterRef("pk"))
    return listed() & Q(Exists(confirmed), not_suspended(), is_active=True)


def find_people_by_name(words: str, people: QuerySet[User]) -> list[User]:
    """Those of ``people`` who are found by name and so called, ``MAX_SUGGESTIONS`` at most.

    Only exact matches where there are any; nobody where ``words`` is empty.
    """
    asked = fold(words)
    if not asked:
        return []
    matches = people.filter(findable_by_name(), folded_name__contains=asked).order_by(
        "folded_name", "pk"
    )
    exact = list(with_confirmed_seats(matches.filter(folded_name=asked))[:MAX_SUGGESTIONS])
    return exact or list(with_confirmed_seats(matches)[:MAX_SUGGESTIONS])


def find_eligible_by_address(address: str, college: College | None = None) -> User | None:
    """The person of this address, if they may join a group within ``college``; or None."""
    return eligible_people(college).filter(email__iexact=address).first()


def active_members(group: WorkingGroup) -> list[User]:
    """The people who read the group's space today, by name, each with ``confirmed_seats``.

    These have their organisations loaded, as those of ``with_confirmed_seats``.
    """
    college_id = group.college_id or 0
    people = _ACTIVE_MEMBERS.rows(bool(college_id), pk=group.pk, college_id=college_id)
    seats: dict[int, list[Seat]] = {}
    for seat in _SEATS_OF_MEMBERS.rows(pk=group.pk) if people else ():
        seats.setdefault(seat.person_id, []).append(seat)
    for person in people:
        person.confirmed_seats = seats.get(person.pk, [])
    return people


def with_confirmed_seats(people: QuerySet[User]) -> QuerySet[User]:
    """``people`` with a list ``confirmed_seats``, which have their organisations loaded."""
    seats = Seat.objects.confirmed().select_related("organisation__college")
    named_seats: Prefetch[str] = Prefetch("seats", seats, to_attr="confirmed_seats")
    return people.prefetch_related(named_seats)


def _findable(pk: int, at: datetime) -> QuerySet[Any, Any]:
    return User.objects.filter(findable_by_name(at), pk=pk).values_list("pk")


def _active_members(
    is_within_college: bool, pk: int, college_id: int, at: datetime
) -> QuerySet[User]:
    people = eligible_people(college_id if is_within_college else None, at)
    return people.filter(working_groups=pk).order_by("full_name", "pk")


def _seats_of_members(pk: int, at: datetime) -> SeatQuerySet:
    seats = Seat.objects.confirmed(at).filter(person__working_groups=pk)
    return seats.select_related("organisation__college")


_FINDABLE = CompiledQuery(_findable, "pk", "at")
_ACTIVE_MEMBERS = CompiledQuery(_active_members, "pk", "college_id", "at")
_SEATS_OF_MEMBERS = CompiledQuery(_seats_of_members, "pk", "at")
