"""A page of results: threads with their best passage, counts per filter, what else is found."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.pagination import PAGE_SIZE, NumberedPage
from accounts.organisations.queries import all_colleges
from accounts.viewers.viewers import Viewer
from forum.finding.search.filters import type_named
from forum.finding.search.passages import Highlighter
from forum.finding.search.public_sheets import find_public_sheets, show_public_sheets
from forum.finding.search.queries import find_whole, with_partial
from forum.finding.search.ranking import RankedThread
from forum.finding.search.result_rows import FoundThread, Result, show_results
from forum.finding.search.scope import SearchScope
from forum.finding.search.search_query import SHEET, SearchQuery
from forum.finding.search.spelling import corrected
from forum.models import ThreadKind
from forum.templatetags.forum_tags import ago

#: What each type of threads is called.
TYPES = dict(ThreadKind.choices) | {SHEET: gettext_lazy("Fiche d’expérience")}


class FilterOption(NamedTuple):
    """A value of a filter; ``count`` of the threads found have it, None if not counted."""

    value: str
    label: str
    count: int | None  # type: ignore[assignment]
    is_chosen: bool


class SearchResults(NumberedPage[Result]):
    """The page of what ``viewer`` is shown for ``query``; the last one, where there is none.

    ``corrected``: what was searched instead, as nothing was found, or None.
    """

    def __init__(self, viewer: Viewer, query: SearchQuery) -> None:
        self._viewer = viewer
        self.query, self.corrected = query, None
        self.scope = scope = SearchScope(viewer)
        search = find_whole(scope, query)
        sheets = find_public_sheets(scope, query, search.expression)
        is_found = search.threads or sheets.whole
        if not is_found and (other := corrected(viewer, query, scope)):
            other_search = find_whole(scope, other)
            other_sheets = find_public_sheets(scope, other, other_search.expression)
            if other_search.threads or other_sheets.whole:
                self.corrected, query = other, other
                search, sheets = other_search, other_sheets
        self._search = with_partial(scope, query, search)
        self._public_sheets = sheets
        self._all = [
            *_merged(query, self._search.threads, sheets.whole),
            *_merged(query, self._search.partial, sheets.partial),
        ]
        last = max(1, -(-len(self._all) // PAGE_SIZE))
        super().__init__(None, min(self.query.page, last))
        self.last = last

    @property
    def thread_count(self) -> int:
        """How many threads were found with all of the words."""
        return len(self._search.threads)

    @property
    def public_count(self) -> int:
        """How many sheets that one reads as public versions alone have all of the words."""
        return len(self._public_sheets.whole)

    @property
    def has_all_words(self) -> bool:
        """Whether a thread or a public sheet has all of the words."""
        return bool(self.thread_count or self.public_count)

    @property
    def partial_count(self) -> int:
        """How many threads and public sheets have only some of the words."""
        return len(self._search.partial) + len(self._public_sheets.partial)

    @property
    def has_sheets(self) -> bool:
        """Whether a sheet heads one of those threads."""
        return any(it.best.has_sheet for it in self._search.threads)

    @property
    def is_whole(self) -> bool:
        """Whether that is all there are: otherwise, at least so many."""
        return self._search.is_whole

    @cached_property
    def rows(self) -> list[Result]:
        """The results of the page, best first."""
        ranked = self._all[self.start : self.start + self.size]
        partial = {
            it.best.thread_id for it in (*self._search.partial, *self._public_sheets.partial)
        }
        found_threads = [
            FoundThread(it.best.thread_id, it.best.post_id, it.best.thread_id in partial)
            for it in ranked
        ]
        highlighter, rights = Highlighter(self._search.expression), self._viewer.rights
        threads = [it for it in found_threads if it.pk > 0]
        rows = {it.pk: it for it in show_results(rights, threads, highlighter, ago)}
        versions = [-it.pk for it in found_threads if it.pk < 0]
        for pk, html in show_public_sheets(rights, versions, highlighter).items():
            rows[-pk] = Result(-pk, html, is_partial=-pk in partial)
        return [rows[it.pk] for it in found_threads if it.pk in rows]

    def options(self) -> dict[str, list[FilterOption]]:
        """The values of each filter that keep some of the threads found, most first."""
        named: dict[str, Any] = {
            "type": {value: (value, label) for value, label in TYPES.items()},
            "sujet": {it.pk: (it.slug, str(it)) for it in self.scope.topics},
            "espace": {it.pk: (it.slug, str(it)) for it in self.scope.spaces},
            "resolu": {True: ("oui", _("Oui")), False: ("non", _("Non"))},
        }
        counts = self._search.counts
        if type_named(self.query.type) == SHEET:
            counts = counts | {"type": {SHEET: self.thread_count}}
        if "college" in counts:
            named["college"] = {it.pk: (it.slug, str(it)) for it in all_colleges()}
        return {name: self._options_of(name, named[name], of) for name, of in counts.items()}

    def _options_of(
        self, name: str, named: dict[Any, tuple[str, str]], counts: dict[Any, int]
    ) -> list[FilterOption]:
        typed = self.query.filters.get(name, "")
        # Threads that a filter found are all of its value; only types are within each other.
        chosen = type_named(typed) if name == "type" else None
        options = [
            FilterOption(*named[key], count, bool(typed) and chosen in (None, key))
            for key, count in counts.items()
            if key in named
        ]
        return sorted(options, key=lambda it: (-(it.count or 0), it.label))


def _merged(
    query: SearchQuery, threads: list[RankedThread], sheets: list[RankedThread]
) -> list[RankedThread]:
    """Both in the order of ``query``."""
    if not sheets:
        return threads
    if query.sort == "date":
        return sorted([*threads, *sheets], key=lambda it: it.best.posted_at, reverse=True)
    return sorted([*threads, *sheets], key=lambda it: it.score, reverse=True)
