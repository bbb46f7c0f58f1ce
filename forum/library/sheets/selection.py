"""Which sheets a list shows: those that are chosen, and the public versions of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import PAGE_SIZE, AskedPage, NumberedPage
from accounts.base.query_filters import search_words
from accounts.base.text import fold
from accounts.viewers.viewers import Rights, Viewer
from forum.base.search_index.analysis import clean, stems_of, words_of
from forum.library.sheets.figures.figure_kinds import FigureKind
from forum.library.sheets.figures.models import SheetFigure
from forum.library.sheets.filters import COSTS, SIZES, NumberRange, SheetFilters, SheetSelection
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.queries import parts_beside

_MAX_WORDS = 6
_ALL = Q()


class ListedVersion(NamedTuple):
    """A public version in the list of sheets; ``pk`` is below zero, unlike a sheet's."""

    pk: int
    version: PublicVersion


def sheets_page(
    viewer: Viewer, filters: SheetFilters
) -> NumberedPage[ExperienceSheet | ListedVersion]:
    """The page of published sheets that ``filters`` ask for, the newest first.

    Those that ``viewer`` sees, and the public versions of others.
    """
    condition, public = selected_sheets(filters), selected_versions(filters)
    if filters.words:
        condition &= _has_words(filters.words, "stems")
        public &= _has_words(filters.words, "folded_stems")

    def pks_from(start: int, limit: int) -> list[int]:
        number = start + limit
        if not condition:
            rows = [*_NEWEST.rows(viewer.rights, number)]
            rows += _NEWEST_PUBLIC.rows(viewer.rights, number)
        else:
            rows = [*_dates(_sheets_of(viewer, condition), number)]
            rows += _dates(_versions_of(viewer, public), number)
        return [pk for _at, pk in sorted(rows, reverse=True)[start:number]]

    def rows_of(pks: Sequence[int]) -> list[ExperienceSheet | ListedVersion]:
        sheets = [pk for pk in pks if pk > 0]
        versions = [-pk for pk in pks if pk < 0]
        rows: list[ExperienceSheet | ListedVersion] = []
        if sheets:
            rows += _LISTED.rows(viewer.rights, **id_values(sheets, PAGE_SIZE))
        if versions:
            public = _LISTED_PUBLIC.rows(viewer.rights, **id_values(versions, PAGE_SIZE))
            rows += [ListedVersion(-version.pk, version) for version in public]
        return rows

    return AskedPage(pks_from, rows_of, filters.page)


def _sheets_of(viewer: Viewer | Rights, condition: Q = _ALL) -> Any:
    return ExperienceSheet.objects.published_to(viewer).filter(condition).annotate(key=F("pk"))


def _versions_of(viewer: Viewer | Rights, condition: Q = _ALL) -> Any:
    versions = PublicVersion.objects.read_as_public(viewer).filter(condition)
    return versions.annotate(key=-F("pk"))


def _dates(rows: Any, number: int) -> QuerySet[Any, tuple[datetime, int]]:
    columns = rows.newest_first().values_list("published_at", "key")
    dates: QuerySet[Any, tuple[datetime, int]] = columns[:number]
    return dates


def _newest(rights: Rights, number: int) -> QuerySet[Any, tuple[datetime, int]]:
    return _dates(_sheets_of(rights), number)


def _newest_public(rights: Rights, number: int) -> QuerySet[Any, tuple[datetime, int]]:
    return _dates(_versions_of(rights), number)


def _listed_public(rights: Rights, **pks: Any) -> QuerySet[PublicVersion]:
    versions = PublicVersion.objects.read_as_public(rights).filter(pk__in=pks.values())
    return versions.with_display_fields()


def _listed(rights: Rights, **pks: Any) -> QuerySet[ExperienceSheet]:
    sheets = ExperienceSheet.objects.published_to(rights).filter(pk__in=pks.values())
    return sheets.with_display_fields().prefetch_related(*parts_beside())


def selected_sheets(selection: SheetSelection) -> Q:
    """The condition that a published sheet is one of those that ``selection`` chooses."""
    condition = Q(thread__topic__slug=selection.topic) if selection.topic else Q()
    condition &= _selected(selection)
    if selection.cost:
        cost = _in_range("amount", COSTS[selection.cost]) & Q(kind=FigureKind.INVESTMENT)
        condition &= Q(Exists(SheetFigure.objects.filter(cost, sheet=OuterRef("pk"))))
    return condition


def selected_versions(selection: SheetSelection) -> Q:
    """The same of a public version; none by cost, which is not among its columns."""
    condition = Q(topic__slug=selection.topic) if selection.topic else Q()
    return condition & _selected(selection) & (Q(pk__in=[]) if selection.cost else Q())


def _selected(selection: SheetSelection) -> Q:
    """What sheets and public versions are chosen by alike."""
    condition = Q()
    for word in search_words(selection.territory):
        condition &= Q(territory__folded_name__contains=word)
    if selection.size:
        condition &= _in_range("population", SIZES[selection.size])
    if selection.since:
        condition &= Q(commissioned__gte=selection.since)
    if selection.until:
        # Months are "2024" or "2024-03", and "" is unknown.
        condition &= Q(commissioned__lte=f"{selection.until}-12") & ~Q(commissioned="")
    return condition


def _in_range(name: str, numbers: NumberRange) -> Q:
    condition = Q((f"{name}__gte", numbers.low))
    return condition & Q((f"{name}__lt", numbers.high)) if numbers.high else condition


def _has_words(typed: str, column: str) -> Q:
    """That ``column`` has the words ``typed``, or begins of them; none where these are none."""
    words = [token.word for token in words_of(clean(typed))][:_MAX_WORDS]
    condition = Q() if words else Q(pk__in=[])
    for word in words:
        stem, prefix = stems_of(word).folded_stem, fold(word)
        condition &= Q((f"{column}__contains", f" {stem}")) | Q(
            (f"{column}__contains", f" {prefix}")
        )
    return condition


_NEWEST: CompiledQuery[tuple[datetime, int]] = CompiledQuery(_newest)
_NEWEST_PUBLIC: CompiledQuery[tuple[datetime, int]] = CompiledQuery(_newest_public)
_LISTED: CompiledQuery[ExperienceSheet] = CompiledQuery(_listed, *id_names(PAGE_SIZE))
_LISTED_PUBLIC: CompiledQuery[PublicVersion] = CompiledQuery(
    _listed_public, *id_names(PAGE_SIZE)
)
