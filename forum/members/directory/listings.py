"""Pages of the two directories: people, and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet, Value

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import AskedPage
from accounts.models import Organisation, Seat, User
from accounts.profiles.queries import listed_people
from accounts.viewers.viewers import GUEST, Viewer
from forum.members.directory.filters import DirectoryFilters
from forum.members.directory.queries import (
    find_organisations,
    find_people,
    organisations_by_topic,
)
from forum.models import Expertise

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation_territories
    from accounts.organisations.querysets import OrganisationQuerySet, SeatQuerySet
    from accounts.viewers.viewers import Rights
    from forum.base.expertise.models import ExpertiseQuerySet


#: People or organisations on a page.
PAGE_SIZE = 30
#: Unfiltered, both are the same whoever looks.
_NO_FILTERS = DirectoryFilters()
_HOW = ("organisation", "how")


def people_page(viewer: Viewer, filters: DirectoryFilters) -> AskedPage[User]:
    """The people who match ``filters``, by name, for members' eyes only.

    Each with ``confirmed_seats`` and ``listed_expertise``.
    """

    def pks_from(start: int, limit: int) -> list[int]:
        if not filters:
            return _PEOPLE_IDS.rows(start, limit)
        return list(find_people(viewer, filters)[start : start + limit])

    def rows_of(pks: Sequence[int]) -> list[User]:
        ids, person_id = id_values(pks, PAGE_SIZE), viewer.person_id or 0
        people = _PEOPLE.rows(**ids)
        _attach(people, "confirmed_seats", _SEATS.rows(**ids), "person_id")
        expertise = _EXPERTISE.rows(viewer.rights, person_id=person_id, **ids)
        _attach(people, "listed_expertise", expertise, "person_id")
        return people

    return AskedPage(pks_from, rows_of, filters.page, PAGE_SIZE)


def organisations_page(viewer: Viewer, filters: DirectoryFilters) -> AskedPage[Organisation]:
    """The organisations of the network that match ``filters``, by name.

    Each with ``acting``: rows whose ``territory`` is one where it acts, by name. With a topic,
    each says whether it ``wrote_on_topic`` or ``testifies_on_topic``.
    """

    def pks_from(start: int, limit: int) -> list[int]:
        if not filters:
            return _ORGANISATION_IDS.rows(start, limit)
        return list(find_organisations(viewer, filters)[start : start + limit])

    def rows_of(pks: Sequence[int]) -> list[Organisation]:
        ids = id_values(pks, PAGE_SIZE)
        rows = _ORGANISATIONS.rows(**ids)
        _attach(rows, "acting", _ACTING.rows(**ids), "organisation_id")
        if filters.topic:
            _say_how_on_topic(viewer, filters.topic, rows)
        return rows

    return AskedPage(pks_from, rows_of, filters.page, PAGE_SIZE)


def _attach(owners: Iterable[Model], name: str, rows: Iterable[Model], key: str) -> None:
    """Give each of ``owners``, under ``name``, those of ``rows`` whose ``key`` is its id."""
    by_owner: dict[Any, list[Model]] = {}
    for row in rows:
        by_owner.setdefault(getattr(row, key), []).append(row)
    for owner in owners:
        setattr(owner, name, by_owner.get(owner.pk, []))


def _say_how_on_topic(viewer: Viewer, slug: str, rows: Iterable[Organisation]) -> None:
    """Say of each of ``rows`` why it is found by the topic."""
    pks = [row.pk for row in rows]
    written, testify = organisations_by_topic(viewer, slug)
    writers = written.filter(organisation__in=pks).annotate(how=Value("written"))
    offers = testify.filter(organisation__in=pks).annotate(how=Value("testify"))
    how = set(writers.values_list(*_HOW).union(offers.values_list(*_HOW)))
    for row in rows:
        row.wrote_on_topic = (row.pk, "written") in how
        row.testifies_on_topic = (row.pk, "testify") in how


def _people_ids(start: int, limit: int, at: datetime) -> QuerySet[Any, Any]:
    return find_people(GUEST, _NO_FILTERS, at)[start : start + limit]


def _people(at: datetime, **pks: Any) -> QuerySet[User]:
    return listed_people(at).filter(pk__in=pks.values())


def _seats(at: datetime, **pks: Any) -> SeatQuerySet:
    seats = Seat.objects.representing(at).filter(person__in=pks.values())
    return seats.select_related("organisation__college")


def _expertise(rights: Rights, person_id: int, **pks: Any) -> ExpertiseQuerySet:
    viewer = Viewer(*rights, person_id=person_id)
    rows = Expertise.objects.visible_to(viewer).filter(person__in=pks.values())
    return rows.select_related("topic").order_by("topic__order")


def _organisation_ids(start: int, limit: int, at: datetime) -> QuerySet[Any, Any]:
    return find_organisations(GUEST, _NO_FILTERS, at)[start : start + limit]


def _organisations(at: datetime, **pks: Any) -> OrganisationQuerySet:
    rows = Organisation.objects.in_network(at).filter(pk__in=pks.values())
    return rows.order_by().select_related("college")


def _acting(**pks: Any) -> QuerySet[Organisation_territories]:
    rows = Organisation.territories.through.objects.filter(organisation__in=pks.values())
    return rows.select_related("territory").order_by("territory__folded_name")


_IDS = id_names(PAGE_SIZE)
_PEOPLE_IDS: CompiledQuery[int] = CompiledQuery(_people_ids, "at")
_PEOPLE: CompiledQuery[User] = CompiledQuery(_people, "at", *_IDS)
_SEATS: CompiledQuery[Seat] = CompiledQuery(_seats, "at", *_IDS)
_EXPERTISE: CompiledQuery[Expertise] = CompiledQuery(_expertise, "person_id", *_IDS)
_ORGANISATION_IDS: CompiledQuery[int] = CompiledQuery(_organisation_ids, "at")
_ORGANISATIONS: CompiledQuery[Organisation] = CompiledQuery(_organisations, "at", *_IDS)
_ACTING: CompiledQuery[Any] = CompiledQuery(_acting, *_IDS)
