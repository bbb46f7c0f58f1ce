"""What an open list must change to be true again.

A list is a state, not a stream: the page says which rows it shows and at which change of
each; the answer is the order as it is now and the rows that differ. Nothing is counted up,
so a lost message is healed by the next.
"""

from typing import NamedTuple

from accounts.base.parsing import parse_natural_number


class ListChanges(NamedTuple):
    """``order``: thread ids from the top. ``elements``: ``{row id: html}``, None: gone."""

    order: list
    elements: dict


def list_changes_since(viewer, listing, known):
    """The changes of ``listing`` since a page that shows ``known``, ``{thread id: seq}``."""
    return _difference(listing.get_page(viewer).rows, known)


def list_changes_for(viewer, listing, current, knowns):
    """``{known: Refresh}`` for pages of one kind of viewer that show different things.

    ``current`` is ``{thread id: seq}`` as it was just read; ``knowns`` are frozensets of
    its items. Rows are read only where some page does not show them as they are.
    """
    as_is = frozenset(current.items())
    changes = {known: ListChanges(list(current), {}) for known in knowns if known == as_is}
    behind = [known for known in knowns if known != as_is]
    rows = listing.get_page(viewer).rows if behind else []
    return changes | {known: _difference(rows, dict(known)) for known in behind}


def _difference(rows, known):
    elements = {f"thread-{pk}": None for pk in known.keys() - {row.pk for row in rows}}
    for row in rows:
        if known.get(row.pk) != row.seq:
            elements[f"thread-{row.pk}"] = row.html
    return ListChanges([row.pk for row in rows], elements)


def parse_known(text):
    """Read ``7:41,9:12`` as ``{7: 41, 9: 12}``; what is malformed is simply not known."""
    known = {}
    for pair in text[:2000].split(",")[:50]:
        pk, _, seq = map(parse_natural_number, pair.partition(":"))
        if None not in (pk, seq):
            known[pk] = seq
    return known
