"""Queries of what waits for animators, from all sources: how much, what, and who has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils.functional import cached_property

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.expressions import RowCount
from accounts.base.pagination import LOOK_AHEAD_PAGES, NumberedPage
from accounts.review_queue.models import ReviewClaim
from accounts.review_queue.sources import review_sources
from accounts.users.models import User
from accounts.viewers.viewers import Viewer

if TYPE_CHECKING:
    from accounts.review_queue.sources import ReviewSource
    from accounts.viewers.viewers import Rights


def waiting_count(
    viewer: Viewer, limit: int, at: datetime | None = None, *, with_costly: bool = True
) -> Combinable:
    """The expression of how much waits for the animator ``viewer``, ``limit`` a source.

    ``with_costly``: also in the sources of which ``has_costly_candidates`` is asked first.
    """
    sources = [it for it in review_sources() if with_costly or it.candidates is None]
    counts = (_count(source, viewer, at, limit) for source in sources)
    return sum(counts, start=Value(0, output_field=IntegerField()))


def has_costly_candidates() -> Q:
    """The expression of whether anything may wait in the sources that are costly to ask."""
    candidates = (source.candidates() for source in review_sources() if source.candidates)
    return Q(*(Exists(rows) for rows in candidates), _connector=Q.OR)


def waiting_by_source(viewer: Viewer, limit: int) -> list[tuple[ReviewSource, int]]:
    """``[(source, how many wait)]`` for the animator ``viewer``, ``limit`` a source at most."""
    sources = review_sources()
    counts = _COUNTS.first(viewer.rights, limit, person_id=viewer.person_id)
    return list(zip(sources, counts or [0] * len(sources), strict=True))


#: The number of a source, an id, whether what is urgent comes first, and since when it waits.
type WaitingRow = tuple[int, int, bool, datetime]


class WaitingPage(NumberedPage[WaitingRow]):
    """A page of what waits for an animator in the sources of these ``names``.

    What is urgent comes first, then the oldest. ``items_of`` reads its rows. At least one of
    ``names`` exists.
    """

    def __init__(self, viewer: Viewer, names: Iterable[str], number: int, size: int) -> None:
        super().__init__(None, number, size)
        self._viewer, self._names = viewer, tuple(names)

    @cached_property
    def rows(self) -> list[WaitingRow]:
        """The page's rows."""
        value: list[WaitingRow] = self._ahead[: self.size]
        return value

    @cached_property
    def _ahead(self) -> list[WaitingRow]:
        limit = LOOK_AHEAD_PAGES * self.size + 1
        asked = self._viewer.rights, self._names, self.start, limit
        return _ROWS.rows(*asked, person_id=self._viewer.person_id)

    def _count_ahead(self, limit: int) -> int:
        return len(self._ahead[:limit])

    def _at(self, number: int) -> WaitingPage:
        return WaitingPage(self._viewer, self._names, number, self.size)


def _rows_queryset(
    rights: Rights, names: Collection[str], start: int, limit: int, person_id: int, at: datetime
) -> QuerySet[Any, Any]:
    viewer = Viewer(*rights, person_id=person_id)
    rows = [
        source.waiting(viewer, at)
        .order_by()
        .annotate(
            source_number=Value(number, output_field=IntegerField()),
            item_id=F("pk"),
            may_wait=Value(not source.is_urgent),
            waits_since=F(source.since),
        )
        .values_list("source_number", "item_id", "may_wait", "waits_since")
        for number, source in enumerate(review_sources())
        if source.name in names
    ]
    first, *others = rows
    united = first.union(*others, all=True) if others else first
    order = "may_wait", "waits_since", "source_number", "item_id"
    selected: QuerySet[Any, Any] = united.order_by(*order)[start : start + limit]
    return selected


def _counts_queryset(
    rights: Rights, limit: int, person_id: int, at: datetime
) -> QuerySet[Any, Any]:
    viewer, sources = Viewer(*rights, person_id=person_id), review_sources()
    counts = {
        f"waiting_{n}": _count(source, viewer, at, limit) for n, source in enumerate(sources)
    }
    return User.objects.filter(pk=person_id).annotate(**counts).values_list(*counts)


_ROWS = CompiledQuery(_rows_queryset, "person_id", "at")
_COUNTS = CompiledQuery(_counts_queryset, "person_id", "at")


def items_of(viewer: Viewer, rows: Sequence[WaitingRow]) -> list[tuple[ReviewSource, Any]]:
    """``[(source, item)]`` of such ``rows``, less those that have been decided meanwhile."""
    sources, pks = review_sources(), defaultdict(list)
    for number, pk, *_order in rows:
        pks[number].append(pk)
    items = {
        (number, item.pk): item
        for number, ids in pks.items()
        for item in sources[number].items(viewer, ids)
    }
    keys = [(number, pk) for number, pk, *_order in rows]
    return [(sources[key[0]], items[key]) for key in keys if key in items]


def claims_of(pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], ReviewClaim]:
    """``{(source's name, id): claim}`` of the claims that hold, for such pairs."""
    asked = [Q(source=source, item_id=pk) for source, pk in pairs]
    if not asked:
        return {}
    rows = ReviewClaim.objects.current().filter(Q(*asked, _connector=Q.OR))
    return {(claim.source, claim.item_id): claim for claim in rows.select_related("claimed_by")}


def _count(source: ReviewSource, viewer: Viewer, at: datetime | None, limit: int) -> RowCount:
    return RowCount(source.waiting(viewer, at).order_by().values_list("pk")[:limit])
