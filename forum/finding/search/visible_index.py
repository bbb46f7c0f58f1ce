"""The index, as one viewer asks it: documents of what they see, the newest first.

What a viewer may see is part of each statement (``visible_to``). Of a word that very many posts
have, the newest are looked at, and the titles of the newest threads: ``MAX_POSTS`` and
``MAX_TITLES`` bound the work, whatever is asked.
"""

from __future__ import annotations

from functools import cached_property
from math import ceil

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet

from accounts.viewers.viewers import Viewer
from forum.base.search_index.engines import IsFound, get_engine, search_database
from forum.base.search_index.engines.index_query import IndexQuery, ranges
from forum.base.search_index.models import Document, PostDocument, ThreadDocument
from forum.base.search_index.terms import Expression
from forum.finding.search.filter_values import placed
from forum.finding.search.filters import (
    OF_INDEX,
    OF_PEOPLE,
    OF_POSTS,
    Meaning,
    condition_of,
    facets,
    read_filters,
)
from forum.finding.search.index_statements import (
    COMPILED,
    FURTHER,
    MAX_OF_PEOPLE,
    NEWEST_OF_PEOPLE,
    STATEMENTS,
    of_people,
)
from forum.finding.search.ranking import SearchMatch
from forum.finding.search.scope import SearchScope
from forum.models import Post

#: Posts and titles that are ranked, the newest first; posts found that are enough for not
#: looking at older ones.
MAX_POSTS, MAX_TITLES, _ENOUGH = 200, 100, 150
#: How many times a window must go into what there is for looking there first; who sees no more
#: than so many threads has none looked through in which they see fewer than so many.
_MIN_WINDOWS, _FEW_THREADS, _FEW_SEEN = 4, 100_000, 800
#: Which part of threads a filter is taken to leave, until it is known.
_LEFT = {"type": 0.25, "resolu": 0.3, "mot": 0.1}
#: How many times as many as are enough are expected in the next window; and looked at where
#: almost all that is found is seen.
_SURPLUS, _MARGIN = 2, 4 / 3
#: The part of what there is at which all of it is looked through at once.
_MOST = 3 / 4
#: As many posts as are read at once rather than looking at the newest of them first.
_FEW_POSTS = 300
#: Of words that more posts have, what is chosen among them is looked for in the newest windows.
_MAX_LOOKED_THROUGH = 8_000
_ALL = Q()


class VisibleIndex:
    """The index, as one viewer asks it with ``filters``."""

    def __init__(
        self, viewer: Viewer, filters: dict[str, str], scope: SearchScope | None = None
    ) -> None:
        """``scope``: what was read for the same search before."""
        self._rights, self._filters = viewer.rights, filters
        self._scope = scope = scope or SearchScope(viewer)
        self._there = {PostDocument: scope.latest_post, ThreadDocument: scope.latest_thread}

    @cached_property
    def _latest(self) -> dict[type[Document], int]:
        """Where the newest begin that are asked for: of posts before a day, at that day."""
        latest = dict(self._there)
        for meaning in self._meanings or ():
            if meaning.name == "avant" and meaning.day:
                latest[PostDocument] = self._scope.latest_before(meaning.day)
        return latest

    @cached_property
    def _meanings(self) -> tuple[Meaning, ...] | None:
        """What the filters ask for; None where one of them names nothing."""
        return read_filters(self._scope, self._filters)

    def find(
        self, expression: Expression, limit: int = MAX_POSTS
    ) -> tuple[list[SearchMatch], bool]:
        """What of posts, ``limit`` at most, and titles is found, and whether that is all."""
        if self._meanings is None:
            return [], True
        posts, is_whole = self._posts(expression, limit=limit)
        if OF_POSTS & self._filters.keys():
            return posts, is_whole
        titles, are_all_titles = self._titles(expression)
        return [*posts, *titles], is_whole and are_all_titles

    def posts(
        self, expression: Expression, among: Q = _ALL, limit: int = MAX_POSTS
    ) -> list[SearchMatch]:
        """The newest posts that are found; ``among``: which documents are looked through."""
        return self._posts(expression, among, limit)[0]

    def titles(self, expression: Expression, limit: int = MAX_TITLES) -> list[SearchMatch]:
        """The newest threads whose title and tags are found."""
        return self._titles(expression, limit)[0]

    def _posts(
        self, expression: Expression, among: Q = _ALL, limit: int = MAX_POSTS
    ) -> tuple[list[SearchMatch], bool]:
        people = of_people(self._meanings or ())
        are_few = self._scope.latest_post <= _MAX_LOOKED_THROUGH
        if people and among == _ALL and not are_few and len(self._scope.versions) == 1:
            is_all = self._have_written_few(people)
            of_people_alone = self._filters.keys() & OF_PEOPLE
            if is_all or (of_people_alone and self._is_frequent(PostDocument, expression)):
                matches = self._ask(
                    PostDocument, expression, _ALL, limit, None, NEWEST_OF_PEOPLE
                )
                return matches, is_all and len(matches) < limit
        return self._newest(PostDocument, expression, among, limit)

    def _have_written_few(self, people: tuple[Meaning, ...]) -> bool:
        """Whether all is looked through that filters of ``people``, or of a day, leave."""
        days = [it.day for it in people if it.day is not None]
        if any(self._scope.are_few_since(day, MAX_OF_PEOPLE) for day in days):
            return True
        if len(days) == len(people):
            return False
        posts = Post.objects.visible_to(self._rights)
        posts = posts.filter(condition_of(self._rights, people, thread="thread__", post=""))
        posts = posts.using(search_database()).order_by()
        return posts[: MAX_OF_PEOPLE + 1].count() <= MAX_OF_PEOPLE

    def _titles(
        self, expression: Expression, limit: int = MAX_TITLES
    ) -> tuple[list[SearchMatch], bool]:
        return self._newest(ThreadDocument, expression, _ALL, limit)

    def _newest(
        self, model: type[Document], expression: Expression, among: Q, limit: int
    ) -> tuple[list[SearchMatch], bool]:
        """The newest ``limit`` that are found, and whether these are all.

        They are looked for in a window of the newest ids, then in one that has enough of them
        by what was found, until there are enough; where few are left, among all there are.
        """
        latest, size = self._latest[model], self._first_window(model)
        if not latest:
            return [], True
        enough = max(1, _ENOUGH * limit // MAX_POSTS)
        is_narrowed = not self._filters.keys() <= OF_INDEX or among != _ALL
        last: int | None = None  # None for all there are.
        expected: float = latest
        if size is None and latest < self._there[model]:
            size = last = self._last_window(model, expression)
        # Almost all of what is in one's spaces is seen: so many of the newest are enough.
        newest = None if is_narrowed else ceil(_MARGIN * limit)
        while True:
            bound = newest if size or expected > _FEW_POSTS else None
            matches = self._ask(model, expression, among, limit, size, bound)
            if size == last:
                if bound and len(matches) < limit and self._has_more(model, expression, bound):
                    matches = self._ask(model, expression, among, limit, None, None)
                return matches, last is None and len(matches) < limit
            if len(matches) >= enough:
                return matches, False
            assert size is not None  # Else ``last`` was, too.
            if last is None and is_narrowed:
                last = self._last_window(model, expression)
                if last and last <= size:
                    return matches, False
            share = (len(matches) + 1) / _span(latest, size)
            expected = share * (last or latest)
            least = (2 if matches else 4) * size  # Where there are none, the share is a guess.
            window = _window_with(latest, max(least, _SURPLUS * enough / share))
            is_most = _span(latest, window) > _MOST * (last or latest)
            size = last if is_most else window

    def _has_more(self, model: type[Document], expression: Expression, number: int) -> bool:
        """Whether more than ``number`` documents have the words, whoever sees them."""
        if search_database() != DEFAULT_DB_ALIAS:
            return self._matching(model, expression, None)[: number + 1].count() > number
        query = self._query(model, expression, None, self._meanings or ())
        return bool(FURTHER[model].rows(len(query.conditions), number, **query.values))

    def _first_window(self, model: type[Document]) -> int | None:
        """How many of the newest to look through first; None for all there are."""
        size, latest = get_engine().windows[0], self._latest[model]
        if self._scope.thread_count <= _FEW_THREADS:
            share = max(1, self._scope.thread_count) / max(1, self._scope.latest_thread)
            size = _window(max(size, _FEW_SEEN / (share * self._share_left())))
        return size if size * _MIN_WINDOWS <= latest else None

    def _share_left(self) -> float:
        """About which share of the threads one sees the index leaves, by filters it answers."""
        share = 1.0
        for meaning in self._meanings or ():
            if meaning.name == "sujet":
                share *= len(meaning.pks) / len(self._scope.topics)
            elif meaning.name == "espace":
                share *= min(1, len(meaning.pks) / len(self._scope.spaces))
            share *= _LEFT.get(meaning.name, 1)
        return share

    def _last_window(self, model: type[Document], expression: Expression) -> int | None:
        """The window beyond which too many have the words to choose among them; or None.

        How many have them is estimated from those of the newest ids, whoever sees these.
        """
        share, latest = self._share(model, expression), self._latest[model]
        if share * self._there[model] <= _MAX_LOOKED_THROUGH:
            return None
        least = get_engine().windows[0]
        size = _window(max(least, _MAX_LOOKED_THROUGH / share))
        if size < latest:
            return size
        return _window(max(least, latest)) if latest < self._there[model] else None

    def _is_frequent(self, model: type[Document], expression: Expression) -> bool:
        """Whether more have the words than are looked through where filters name people."""
        return self._share(model, expression) * self._there[model] > 2 * MAX_OF_PEOPLE

    def _share(self, model: type[Document], expression: Expression) -> float:
        """The part of the newest that have the words."""
        first = get_engine().windows[0]
        documents = self._matching(model, expression, first)
        return documents.count() / _span(self._latest[model], first)

    def _matching(
        self, model: type[Document], expression: Expression, window: int | None
    ) -> QuerySet[Document]:
        query = self._query(model, expression, window, self._meanings or ())
        rows = model._default_manager.using(search_database())
        return rows.filter(IsFound(query)).order_by()

    def _ask(
        self,
        model: type[Document],
        expression: Expression,
        among: Q,
        limit: int,
        window: int | None,
        newest: int | None,
    ) -> list[SearchMatch]:
        """The newest ``limit`` in a ``window`` of ids, of the ``newest`` found, if any."""
        meanings = self._meanings
        if meanings is None:
            return []
        is_checked = newest == NEWEST_OF_PEOPLE
        query = self._query(model, expression, window, () if is_checked else meanings)
        shape = self._rights, self._scope.versions, among, limit, len(query.conditions), newest
        places = placed(meanings) if search_database() == DEFAULT_DB_ALIAS else None
        if places is None:
            rows = STATEMENTS[model](*shape, meanings, **query.values)
            return [SearchMatch(*row) for row in rows.using(search_database())]
        filters, values = places
        return [
            SearchMatch(*row)
            for row in COMPILED[model].rows(*shape, filters, **query.values, **values)
        ]

    def _query(
        self,
        model: type[Document],
        expression: Expression,
        window: int | None,
        meanings: tuple[Meaning, ...],
    ) -> IndexQuery:
        spaces = {space.pk for space in self._scope.spaces}
        for meaning in meanings:
            spaces &= set(meaning.pks) if meaning.name == "espace" else spaces
        table, versions = model._meta.db_table, self._scope.versions
        newest = (self._latest[model], window) if window else None
        words = facets(meanings)
        return get_engine().query(table, expression, versions, spaces, newest, words)


def _window(size: float) -> int:
    """The smallest window of the engine that has as many ids."""
    unit = max(it for it in get_engine().windows if it <= size)
    return -(-int(size) // unit) * unit


def _window_with(latest: int, number: float) -> int:
    """The smallest window that has so many of the ids up to ``latest``.

    Windows begin where a range does, so that most have more ids than they are called by.
    """
    window, unit = _window(number), max(it for it in get_engine().windows if it <= number)
    smaller = window - unit
    return smaller if smaller >= unit and _span(latest, smaller) >= number else window


def _span(latest: int, size: int) -> int:
    """How many ids such a window has, up to ``latest``."""
    unit, numbers = ranges(latest, size, get_engine().windows)
    return latest - numbers[0] * unit + 1
