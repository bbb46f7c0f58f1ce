"""What waits for animators: features declare it, their dashboard shows it as one queue.

A feature declares its sources in ``review_items.py``, which is found by itself
(``forum/apps.py``). What a source reads declares ``inbox_watches``, with ``animators``, so that
the number on open pages follows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


class ReviewItem(NamedTuple):
    """One thing that waits, as the queue shows it: a ``title`` that leads to ``url``.

    ``pk``: that of its row among those of its source. ``at``: since when it waits. ``detail``:
    a line below, or "". ``place``: whose it is and where, in few words each. ``is_quoted``:
    whether people wrote the detail, in French as they do.
    """

    pk: int
    at: datetime
    is_quoted: bool
    title: str
    url: str
    detail: str = ""
    place: Sequence[str] = ()


#: What a row is called, the URL of its page and, where there is more to say, detail and place.
Words = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, Sequence[str]]


@dataclass(frozen=True)
class ReviewSource:
    """What one feature has for animators to decide.

    ``name``: a slug that no other source has; the filter's address and claims say it.
    ``title``: the heading of the filter, a lazy translation. ``position``: its place.

    ``waiting(viewer, at)``: the rows that wait for this animator at the moment ``at`` (None:
    now), unsliced; none that they may not see, nor that is theirs to leave to another. It is
    compiled once for each ``rights``, so it depends on these, ``person_id`` and ``at`` only.
    ``is_urgent``: whether it comes before what waits longer elsewhere.
    ``action_label``: the words of the button that leads to an item, for what one does there.
    ``since``: the column of those rows with the moment since when one waits.

    ``item(row)``: how the queue shows one of those rows, which has ``related`` read as well;
    ``is_quoted``, as of an item. ``complete(viewer, rows)`` sets on rows what is asked for all
    of them at once.

    ``candidates()``: rows without any of which nothing waits for anybody, where ``waiting`` is
    costly: each page of an animator asks whether there is one of these, and for ``waiting``
    only then. None: ``waiting`` is not costly.
    """

    name: str
    title: str | Promise
    waiting: Callable[["Viewer", Any], QuerySet[Any]]
    since: str
    position: int
    item: Callable[[Any], Words]
    related: tuple[str, ...] = ()
    is_quoted: bool = False
    is_urgent: bool = False
    complete: Callable[["Viewer", list[Any]], None] | None = None
    candidates: Callable[[], QuerySet[Any]] | None = None
    action_label: str | Promise = gettext_lazy("Lire et décider")

    def items(self, viewer: "Viewer", pks: Sequence[int]) -> list[ReviewItem]:
        """The items of those rows among ``pks`` that wait, in any order."""
        waiting = self.waiting(viewer, None).filter(pk__in=pks)
        rows = list(waiting.select_related(*self.related) if self.related else waiting)
        if self.complete:
            self.complete(viewer, rows)
        return [
            ReviewItem(row.pk, getattr(row, self.since), self.is_quoted, *self.item(row))
            for row in rows
        ]


_SOURCES: dict[str, ReviewSource] = {}


def review_source(
    name: str,
    title: str | Promise,
    waiting: Callable[["Viewer", Any], QuerySet[Any]],
    since: str,
    position: int,
    **more: Any,
) -> Callable[[Callable[[Any], Words]], Callable[[Any], Words]]:
    """Decorate the function of a row that gives how the queue shows it, of a ReviewSource."""

    def add(item: Callable[[Any], Words]) -> Callable[[Any], Words]:
        _SOURCES[name] = ReviewSource(name, title, waiting, since, position, item, **more)
        return item

    return add


def review_sources() -> list[ReviewSource]:
    """All sources, in the order of their positions."""
    return sorted(_SOURCES.values(), key=lambda source: (source.position, source.name))
