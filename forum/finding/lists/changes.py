"""What an open list must change to be true again.

A list is a state, not a stream: the page says which rows it shows and at which change of
each; the answer is the order as it is now and the rows that differ. Nothing is counted up,
so a lost message is healed by the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from accounts.base.parsing import parse_natural_number
from accounts.viewers.viewers import Rights, Viewer

if TYPE_CHECKING:
    from forum.conversation.threads.list_rows import ThreadRow
    from forum.finding.lists.listing import Listing


class ListChanges(NamedTuple):
    """``order``: thread ids from the top. ``elements``: ``{row id: html}``, None: gone."""

    order: list[int]
    elements: dict[str, str | None]


def list_changes_since(
    viewer: Viewer | Rights, listing: Listing, known: dict[int, int]
) -> ListChanges:
    """The changes of ``listing`` since a page that shows ``known``, ``{thread id: seq}``."""
    return _difference(listing.get_page(viewer).rows, known)


def list_changes_for(
    viewer: Viewer | Rights,
    listing: Listing,
    current: dict[int, int],
    knowns: Iterable[frozenset[tuple[int, int]]],
) -> dict[frozenset[tuple[int, int]], ListChanges]:
    """``{known: Refresh}`` for pages of one kind of viewer that show different things.

    ``current`` is ``{thread id: seq}`` as it was just read; ``knowns`` are frozensets of
    its items. Rows are read only where some page does not show them as they are.
    """
    as_is = frozenset(current.items())
    changes = {known: ListChanges(list(current), {}) for known in knowns if known == as_is}
    behind = [known for known in knowns if known != as_is]
    rows = listing.get_page(viewer).rows if behind else []
    return changes | {known: _difference(rows, dict(known)) for known in behind}


def _difference(rows: Sequence[ThreadRow], known: dict[int, int]) -> ListChanges:
    elements: dict[str, str | None] = {
        f"thread-{pk}": None for pk in known.keys() - {row.pk for row in rows}
    }
    for row in rows:
        if known.get(row.pk) != row.seq:
            elements[f"thread-{row.pk}"] = row.html
    return ListChanges([row.pk for row in rows], elements)


def parse_known(text: str) -> dict[int, int]:
    """Read ``7:41,9:12`` as ``{7: 41, 9: 12}``; what is malformed is simply not known."""
    known = {}
    for pair in text[:2000].split(",")[:50]:
        pk, _, seq = map(parse_natural_number, pair.partition(":"))
        if pk is not None and seq is not None:
            known[pk] = seq
    return known
