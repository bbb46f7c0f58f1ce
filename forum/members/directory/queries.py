"""The organisations and people of the network that a viewer may find."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from accounts.base.expressions import IsOneOf
from accounts.base.query_filters import search_words
from accounts.models import (
    College,
    DirectorySeat,
    Organisation,
    SignedVersion,
    Territory,
)
from accounts.territories.models import in_department
from accounts.viewers.viewers import Viewer
from forum.base.spaces.queries import in_visible_spaces
from forum.members.directory.filters import DirectoryFilters
from forum.models import ContributionCount, Expertise, Topic

#: Up to so many organisations are named to the database one by one.
_FEW = 500


def find_organisations(
    viewer: Viewer, filters: DirectoryFilters, at: datetime | None = None
) -> QuerySet[SignedVersion, int]:
    """The ids of the organisations of the network that match ``filters``, by name.

    They are found in an index alone.
    """
    rows = SignedVersion.objects.in_network(at)
    for word in search_words(filters.words):
        rows = rows.filter(folded_name__contains=word)
    if filters.college:
        rows = rows.filter(_in_college(filters.college))
    if filters.topic:
        rows = rows.filter(_on_topic(viewer, filters.topic))
    if filters.department:
        rows = rows.filter(_in_department(filters.department))
    return rows.order_by("folded_name").values_list("organisation", flat=True)


def find_people(
    viewer: Viewer, filters: DirectoryFilters, at: datetime | None = None
) -> QuerySet[Any, int]:
    """The ids of those ``listed_people`` who match ``filters``, by name, from an index alone.

    Who has no confirmed seat is not in the directory: what nobody has confirmed finds nobody.
    """
    seats = DirectorySeat.objects.listed(at)
    if filters.college:
        seats = seats.filter(_in_college(filters.college))
    if filters.department:
        seats = seats.filter(_in_department(filters.department))
    if filters.organisation:
        seats = seats.filter(_in_organisation(filters.organisation))
    for word in search_words(filters.words):
        seats = seats.filter(folded_name__contains=word)
    if filters.topic:
        expertise = Expertise.objects.visible_to(viewer).filter(topic__slug=filters.topic)
        seats = seats.filter(Exists(expertise.filter(person=OuterRef("person"))))
    people = seats.order_by("folded_name", "person_id").distinct()
    return people.values_list("person_id", flat=True)


# Conditions on what has an organisation: seats and signed versions.


def _in_college(slug: str) -> Q:
    """In the college."""
    return Q(college=Subquery(College.objects.filter(slug=slug).order_by().values("pk")[:1]))


def _on_topic(viewer: Viewer, slug: str) -> Q:
    """Of organisations that wrote on the topic where ``viewer`` reads, or can testify on it.

    Both are subqueries that depend on nothing: each is read once, whatever is filtered by it.
    """
    written, testify = organisations_by_topic(viewer, slug)
    return Q(organisation__in=written) | Q(organisation__in=testify)


def organisations_by_topic(
    viewer: Viewer, slug: str, at: datetime | None = None
) -> tuple[QuerySet[Any, int], QuerySet[Any, int]]:
    """The ids of those who wrote on the topic, and of those who can testify on it.

    Some are there more than once.
    """
    topic = Subquery(Topic.objects.filter(slug=slug).order_by().values("pk")[:1])
    counts = ContributionCount.objects.visible_to(viewer, in_visible_spaces)
    counts = counts.filter(topic=topic)
    expertise = Expertise.objects.visible_to(viewer).filter(topic=topic)
    seats = DirectorySeat.objects.representing(at)
    seats = seats.filter(person__in=expertise.values("person"))
    pks = "organisation"
    return counts.values_list(pks, flat=True), seats.order_by().values_list(pks, flat=True)


def _in_department(code: str) -> IsOneOf:
    """Of organisations in the department, by their own or by a territory's."""
    own = Organisation.objects.filter(department_code=code).order_by()
    acting = Territory.organisations.through.objects.filter(
        in_department(code, prefix="territory__")
    )
    organisations = own.values("pk").union(acting.values("organisation")).order_by()
    return IsOneOf(F("organisation"), Subquery(organisations))


def _in_organisation(words: str) -> Q | IsNull:
    """In an organisation whose name has these words.

    Organisations are looked for first. Where they are few, the people are found from them.
    Where a word matches many, people are gone through by name, and each one's organisation
    looked up by a subquery of one row, which PostgreSQL does not make a join of all.
    """
    organisations = Organisation.objects.order_by()
    for word in search_words(words):
        organisations = organisations.filter(folded_name__contains=word)
    pks = list(organisations.values_list("pk", flat=True)[: _FEW + 1])
    if len(pks) <= _FEW:
        return Q(organisation__in=pks)
    matching = organisations.filter(pk=OuterRef("organisation")).values("pk")
    return IsNull(Subquery(matching[:1]), False)
