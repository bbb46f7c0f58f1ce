"""Queries of what waits for animators, from all sources: how much, what, and who has it."""

from collections import defaultdict

from django.db.models import F, IntegerField, Q, Value

from accounts.base.expressions import RowCount
from accounts.review_queue.models import ReviewClaim
from accounts.review_queue.sources import review_sources
from accounts.users.models import User


def waiting_count(viewer, limit, at=None):
    """The expression of how much waits for the animator ``viewer``, ``limit`` a source."""
    counts = (_count(source, viewer, at, limit) for source in review_sources())
    return sum(counts, start=Value(0, output_field=IntegerField()))


def waiting_by_source(viewer, limit):
    """``[(source, how many wait)]`` for the animator ``viewer``, ``limit`` a source at most."""
    sources = review_sources()
    counts = {
        f"waiting_{n}": _count(source, viewer, None, limit) for n, source in enumerate(sources)
    }
    rows = User.objects.filter(pk=viewer.person_id).annotate(**counts).values_list(*counts)
    return list(zip(sources, rows.first() or [0] * len(sources), strict=True))


def waiting_rows(viewer, names):
    """The rows ``(source's number, id, since when)`` of what waits, the oldest first.

    In the sources of these ``names``, of which at least one exists; ``items_of`` reads them.
    """
    rows = [
        source.waiting(viewer, None)
        .order_by()
        .annotate(
            source_number=Value(number, output_field=IntegerField()),
            item_id=F("pk"),
            waits_since=F(source.since),
        )
        .values_list("source_number", "item_id", "waits_since")
        for number, source in enumerate(review_sources())
        if source.name in names
    ]
    first, *others = rows
    united = first.union(*others, all=True) if others else first
    return united.order_by("waits_since", "source_number", "item_id")


def items_of(viewer, rows):
    """``[(source, item)]`` of such ``rows``, less those that have been decided meanwhile."""
    sources, pks = review_sources(), defaultdict(list)
    for number, pk, _since in rows:
        pks[number].append(pk)
    items = {
        (number, item.pk): item
        for number, ids in pks.items()
        for item in sources[number].items(viewer, ids)
    }
    keys = [(number, pk) for number, pk, _since in rows]
    return [(sources[key[0]], items[key]) for key in keys if key in items]


def claims_of(pairs):
    """``{(source's name, id): claim}`` of the claims that hold, for such pairs."""
    asked = [Q(source=source, item_id=pk) for source, pk in pairs]
    if not asked:
        return {}
    rows = ReviewClaim.objects.current().filter(Q(*asked, _connector=Q.OR))
    return {(one.source, one.item_id): one for one in rows.select_related("claimed_by")}


def _count(source, viewer, at, limit):
    return RowCount(source.waiting(viewer, at).order_by().values_list("pk")[:limit])
