"""The territories where organisations of the network act, for the map and its list."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet, StringAgg, Subquery, TextField, Value
from django.db.models.functions import Cast

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import CharterVersion, College, MapVersion, Territory
from accounts.territories.models import HOME_COUNTRY
from accounts.viewers.viewers import GUEST, Rights, Viewer
from forum.library.sheets.public_versions.queries import sheet_counts_by_territory
from forum.members.directory.filters import SHEETS, TESTIFY, WROTE, DirectoryFilters
from forum.members.directory.queries import find_organisations, organisations_by_topic


class TerritoryLocation(NamedTuple):
    """A territory's id, where it lies, and how many of the organisations act there.

    With a topic, ``writer_count`` of them wrote on it, ``testifier_count`` offer to testify.
    Where sheets are asked for, ``sheet_count`` are about it, whoever wrote them.
    """

    pk: int
    departments: tuple[str, ...]
    country: str
    organisation_count: int
    writer_count: int = 0
    testifier_count: int = 0
    sheet_count: int = 0

    @property
    def is_in_france(self) -> bool:
        """Whether it lies in France."""
        return self.country == HOME_COUNTRY


class ActingTerritories(NamedTuple):
    """Territories by name, and how many lie in each department and in each other country.

    One that lies in two departments counts in both.
    """

    locations: tuple[TerritoryLocation, ...]
    by_department: Counter[str]
    by_country: Counter[str]

    def in_place(self, filters: DirectoryFilters) -> dict[int, TerritoryLocation]:
        """``{id: location}`` in the place that ``filters`` name, if any."""
        locations = self.locations
        if code := filters.department:
            locations = tuple(
                place for place in locations if place.is_in_france and code in place.departments
            )
        elif filters.country:
            locations = tuple(place for place in locations if place.country == filters.country)
        return {place.pk: place for place in locations}


def find_territories(viewer: Viewer, filters: DirectoryFilters) -> ActingTerritories:
    """The territories where organisations of the college and on the topic act.

    With ``filters.how`` only those where some wrote on the topic, or offer to testify on it, or
    on which there are sheets that ``viewer`` may read, of the topic if there is one.
    They are kept in the process under all that they follow from: the map's version, the
    charter required, the college, by its id too, and the ids of the organisations on the topic,
    or how many sheets there are on each.
    """
    version = _MAP_VERSION.first(college=filters.college)
    on_topic, sheets = None, None
    if filters.how == SHEETS:
        sheets = tuple(sorted(sheet_counts_by_territory(viewer, filters.topic).items()))
    elif filters.topic:
        on_topic = _organisations_on_topic(viewer, filters.topic)
    find = _kept_territories if version else _territories
    return find(filters.college, version, on_topic, filters.how, sheets)


def _territories(
    college: str,
    version: tuple[float, int | None, int | None] | None,
    on_topic: tuple[tuple[str, ...], tuple[int, ...]] | None,
    how: str,
    sheets: tuple[tuple[int, int], ...] | None,
) -> ActingTerritories:
    read = _kept_organisations if version else _read_organisations
    locations, by_organisation = read(college, version)
    if sheets is not None:
        counts = dict(sheets)
        with_sheets = (place for place in locations if place.pk in counts)
        locations = tuple(place._replace(sheet_count=counts[place.pk]) for place in with_sheets)
    if on_topic is not None:
        texts, pks = on_topic
        written = {int(pk) for text in texts for pk in text.split(",")}
        testifying = set(pks)
        counts, writers, testifiers = (
            Counter(pk for own in organisations for pk in by_organisation.get(own, ()))
            for organisations in (written | testifying, written, testifying)
        )
        shown = {WROTE: writers, TESTIFY: testifiers}.get(how, counts)
        locations = tuple(
            place._replace(
                organisation_count=counts[place.pk],
                writer_count=writers[place.pk],
                testifier_count=testifiers[place.pk],
            )
            for place in locations
            if place.pk in shown
        )
    in_france = (place.departments for place in locations if place.is_in_france)
    return ActingTerritories(
        locations,
        Counter(code for departments in in_france for code in departments),
        Counter(place.country for place in locations if not place.is_in_france),
    )


def _read_organisations(
    college: str, _version: tuple[float, int | None, int | None] | None
) -> tuple[tuple[TerritoryLocation, ...], dict[int, list[int]]]:
    """The territories, and ``{organisation id: ids of those where it acts}``."""
    organisations = find_organisations(GUEST, DirectoryFilters(college=college))
    rows = Territory.organisations.through.objects.filter(
        organisation__in=organisations.order_by()
    )
    acts = rows.order_by("territory__folded_name", "territory").values_list(
        "territory", "territory__department_codes", "territory__country", "organisation"
    )
    counts: Counter[tuple[int, str, str]] = Counter()
    by_organisation: dict[int, list[int]] = {}
    for pk, codes, country, organisation in acts:
        counts[pk, codes, country] += 1
        by_organisation.setdefault(organisation, []).append(pk)
    locations = tuple(
        TerritoryLocation(pk, tuple(codes.split("|")) if codes else (), country, count)
        for (pk, codes, country), count in counts.items()
    )
    return locations, by_organisation


_kept_organisations = lru_cache(16)(_read_organisations)
_kept_territories = lru_cache(64)(_territories)


def _organisations_on_topic(
    viewer: Viewer, slug: str
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Their ids: some in texts, as there are as many as the network has organisations."""
    texts = _WRITERS.rows(viewer.rights, slug=slug)
    values = {"slug": slug, "person_id": viewer.person_id or 0}
    return tuple(texts), tuple(_TESTIFIERS.rows(viewer.rights, **values))


def _map_version(college: str, at: Any) -> QuerySet[Any, Any]:
    """Rows, one at most, of the map's version, the charter required, the college's id."""
    pk = College.objects.filter(slug=college).order_by().values("pk")
    return MapVersion.objects.annotate(
        required=Subquery(CharterVersion.objects.required(at)), college=Subquery(pk[:1])
    ).values_list("token", "required", "college")


def _writers(rights: Rights, slug: str) -> QuerySet[Any, str]:
    written, _testifiers = organisations_by_topic(Viewer(*rights), slug)
    pk = Cast("organisation", TextField())
    texts = written.values("topic").annotate(pks=StringAgg(pk, Value(",")))
    rows: QuerySet[Any, str] = texts.values_list("pks", flat=True)
    return rows


def _testifiers(rights: Rights, slug: str, person_id: int, at: Any) -> QuerySet[Any, int]:
    viewer = Viewer(*rights, person_id=person_id)
    _writers, testifiers = organisations_by_topic(viewer, slug, at)
    return testifiers


_MAP_VERSION: CompiledQuery[tuple[float, int | None, int | None]] = CompiledQuery(
    _map_version, "college", "at"
)
_WRITERS: CompiledQuery[str] = CompiledQuery(_writers, "slug")
_TESTIFIERS: CompiledQuery[int] = CompiledQuery(_testifiers, "slug", "person_id", "at")
