"""What a term finds by itself."""

from collections.abc import Iterable
from typing import NamedTuple

from accounts.viewers.viewers import Viewer
from forum.base.search_index.terms import Expression, phrase_clause
from forum.finding.search.visible_index import VisibleIndex


class TermCount(NamedTuple):
    """How many threads of a viewer a term finds without synonyms, or at least how many."""

    term: str
    thread_count: int
    is_whole: bool


def term_counts(viewer: Viewer, terms: Iterable[str]) -> list[TermCount]:
    """What each of ``terms`` finds among what ``viewer`` reads: none of which search knows."""
    index, counts = VisibleIndex(viewer, {}), []
    for term in terms:
        if clause := phrase_clause(term):
            matches, is_whole = index.find(Expression((clause,)))
            threads = {match.thread_id for match in matches}
            counts.append(TermCount(term, len(threads), is_whole))
    return counts
