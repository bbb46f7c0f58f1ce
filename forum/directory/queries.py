"""The organisations, territories and people of the network that a viewer may find."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from accounts.models import Organisation, Seat, Territory, User
from accounts.profiles.queries import listed
from accounts.territories.models import HOME_COUNTRY, in_department
from accounts.viewers.viewers import Viewer
from forum.directory.filters import DirectoryFilters, search_words
from forum.models import ContributionCount, Expertise, Topic

#: Up to so many organisations are named to the database one by one.
_FEW = 500


class TerritoryLocation(NamedTuple):
    """A territory's id, where it lies, and how many of the organisations act there.

    ``department_codes`` are joined by ``|``.
    """

    pk: int
    department_codes: str
    country: str
    organisation_count: int

    @property
    def is_in_france(self) -> bool:
        """Whether it lies in France."""
        return self.country == HOME_COUNTRY

    @property
    def departments(self) -> list[str]:
        """The codes of its departments."""
        return self.department_codes.split("|") if self.department_codes else []


def find_organisations(
    viewer: Viewer, filters: DirectoryFilters, at: datetime | None = None
) -> QuerySet[Organisation]:
    """The organisations of the network that match ``filters``, by name."""
    rows = Organisation.objects.in_network(at)
    for word in search_words(filters.words):
        rows = rows.filter(folded_name__contains=word)
    if filters.college:
        rows = rows.filter(college__slug=filters.college)
    if filters.topic:
        rows = rows.filter(_on_topic(viewer, filters.topic))
    if filters.department:
        rows = rows.filter(_in_department(filters.department))
    return rows.order_by("folded_name")


def find_territories(viewer: Viewer, filters: DirectoryFilters) -> list[TerritoryLocation]:
    """The territories where such organisations act, by name, wherever they lie."""
    acting = find_organisations(viewer, filters).order_by().values("pk")
    rows = Territory.objects.filter(organisations__in=acting).order_by("folded_name", "pk")
    rows = rows.annotate(organisation_count=Count("organisations"))
    return [TerritoryLocation(*row) for row in rows.values_list(*TerritoryLocation._fields)]


def is_located_in(location: TerritoryLocation, filters: DirectoryFilters) -> bool:
    """Whether ``location`` is in the department or country that ``filters`` name, if any."""
    if filters.department:
        return location.is_in_france and filters.department in location.departments
    return not filters.country or location.country == filters.country


def listed_people(at: datetime | None = None) -> QuerySet[User]:
    """The members who have not opted out of the directory: for members' eyes only."""
    return _listed(Exists(Seat.objects.granting_access(at).filter(person=OuterRef("pk"))))


def _listed(holds_seat):
    """The people who have not opted out, by a condition that grants access."""
    return User.objects.filter(listed(), holds_seat, is_active=True, suspended_at=None)


def find_people(
    viewer: Viewer, filters: DirectoryFilters, at: datetime | None = None
) -> QuerySet[User]:
    """The people of the directory who match ``filters``, by name.

    Organisation, college and department are those of confirmed seats: what nobody has
    confirmed finds nobody.
    """
    is_by_seat = filters.organisation or filters.college or filters.department
    rows = _listed(_holds_matching_seat(filters)) if is_by_seat else listed_people(at)
    for word in search_words(filters.words):
        rows = rows.filter(folded_name__contains=word)
    if filters.topic:
        expertise = Expertise.objects.visible_to(viewer).filter(topic__slug=filters.topic)
        rows = rows.filter(Exists(expertise.filter(person=OuterRef("pk"))))
    return rows.order_by("folded_name", "pk")


def _on_topic(viewer, slug):
    """Organisations that wrote on the topic where ``viewer`` reads, or can testify on it.

    Both are subqueries that depend on nothing: each is read once, whatever is filtered by it.
    """
    topic = Subquery(Topic.objects.filter(slug=slug).order_by().values("pk")[:1])
    written = ContributionCount.objects.visible_to(viewer).filter(topic=topic)
    expertise = Expertise.objects.visible_to(viewer).filter(topic=topic)
    seats = Seat.objects.representing().filter(person__in=expertise.values("person"))
    return Q(pk__in=written.values("organisation")) | Q(pk__in=seats.values("organisation"))


def _in_department(code):
    """Organisations of the department, by their own or by a territory's."""
    there = Territory.objects.filter(in_department(code), organisations=OuterRef("pk"))
    return Q(department_code=code) | Q(Exists(there))


def _holds_matching_seat(filters):
    """People with a confirmed seat in an organisation that matches.

    Organisations are looked for first. Where they are few, the people are found from them.
    Where a typed word matches many, people are gone through by name, and each one's seats
    looked up by a subquery of one row, which PostgreSQL does not make a join of all.
    """
    organisations = _matching_organisations(filters)
    pks = list(organisations.values_list("pk", flat=True)[: _FEW + 1])
    seats = Seat.objects.representing().filter(person=OuterRef("pk"))
    if len(pks) <= _FEW:
        return Exists(seats.filter(organisation__in=pks))
    matching = seats.filter(organisation__in=organisations)
    if not filters.organisation:
        return Exists(matching)
    return IsNull(Subquery(matching.order_by().values("pk")[:1]), False)


def _matching_organisations(filters):
    organisations = Organisation.objects.order_by()
    for word in search_words(filters.organisation):
        organisations = organisations.filter(folded_name__contains=word)
    if filters.college:
        organisations = organisations.filter(college__slug=filters.college)
    if filters.department:
        organisations = organisations.filter(_in_department(filters.department))
    return organisations
