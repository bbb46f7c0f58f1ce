"""What waits for animators: features declare it here, and their desk shows it as one queue.

A feature declares its sources in ``review_items.py``, which is found by itself
(``forum/apps.py``). What a source reads declares ``inbox_watches``, with ``animators``, so that
the number on open pages follows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


@dataclass(frozen=True)
class ReviewItem:
    """One thing that waits, as the desk shows it: a ``title`` that leads to ``url``.

    ``pk``: that of its row among those of its source. ``at``: since when it waits. ``detail``:
    a line below, or "". ``is_quoted``: whether people wrote the detail, in French as they do.
    """

    pk: int
    at: datetime
    title: str
    url: str
    detail: str = ""
    is_quoted: bool = False


@dataclass(frozen=True)
class ReviewSource:
    """What one feature has for animators to decide.

    ``name``: a slug that no other source has; the filter's address and claims say it.
    ``title``: the heading of the filter, a lazy translation. ``position``: its place.

    ``waiting(viewer, at)``: the rows that wait for this animator at the moment ``at`` (None:
    now), unsliced; none that they may not see, nor that is theirs to leave to another. It is
    compiled once for each ``rights``, so it depends on these, ``person_id`` and ``at`` only.
    ``since``: the column of those rows with the moment since when one waits.

    ``candidates()``: rows without any of which nothing waits for anybody, where ``waiting`` is
    costly: each page of an animator asks whether there is one of these, and for ``waiting``
    only then. None: ``waiting`` is not costly.

    ``items(viewer, pks)``: the items of those rows among ``pks`` that wait, in any order, in
    a number of queries that does not grow.
    """

    name: str
    title: str | Promise
    since: str
    waiting: Callable[["Viewer", Any], QuerySet[Any]]
    items: Callable[["Viewer", Sequence[int]], list[ReviewItem]]
    position: int = 100
    candidates: Callable[[], QuerySet[Any]] | None = None


_SOURCES: dict[str, ReviewSource] = {}


def register_review_source(source: ReviewSource) -> None:
    """Add ``source`` to what the desk and the animators' number ask."""
    _SOURCES[source.name] = source


def review_sources() -> list[ReviewSource]:
    """All sources, in the order of their positions."""
    return sorted(_SOURCES.values(), key=lambda source: (source.position, source.name))
