"""The index, as one viewer asks it: documents of what they see, the newest first.

What a viewer may see is part of each statement (``visible_to``). Of a word that very many posts
have, the newest are looked at, and the titles of the newest threads: ``MAX_POSTS`` and
``MAX_TITLES`` bound the work, whatever is asked.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Model, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Viewer
from forum.base.search_index.engines import IsFound, get_engine, search_database
from forum.base.search_index.engines.index_query import VALUE_NAMES, IndexQuery
from forum.base.search_index.models import Document, PostDocument, ThreadDocument
from forum.base.search_index.queries import served_versions
from forum.base.search_index.terms import Expression
from forum.conversation.threads.kinds import resolved
from forum.finding.search.filters import OF_MANY, OF_POSTS, conditions
from forum.finding.search.ranking import Found
from forum.models import Post, Space, Thread

#: Posts and titles that are ranked, the newest first; posts found that are enough for not
#: looking at older ones.
MAX_POSTS, MAX_TITLES, _ENOUGH = 300, 150, 200
#: How many times a window must go into what there is for looking there first; who sees no more
#: than so many threads has all of them looked through at once.
_MIN_WINDOWS, _FEW_THREADS = 4, 1000
#: As many posts as are read at once rather than looking at the newest of them first.
_FEW_POSTS = 3000
#: Of words that more posts have, what is chosen among them is looked for in the newest windows.
_MAX_LOOKED_THROUGH = 20_000
_ALL = Q()
_TITLE_COLUMNS = "title_stems", "title_folded_stems"
_TEXT_COLUMNS = "stems", "folded_stems"


class VisibleIndex:
    """The index, as one viewer asks it with ``filters``."""

    def __init__(self, viewer: Viewer, filters: dict[str, str]) -> None:
        self._viewer, self._filters = viewer, filters
        rows = _SPACES.rows(viewer.rights)
        self._spaces = [row[0] for row in rows]
        self._thread_count = sum(row[1] for row in rows)
        self._latest = {PostDocument: 0, ThreadDocument: 0}
        if rows:
            self._latest = {PostDocument: rows[0][2] or 0, ThreadDocument: rows[0][3] or 0}
        self._versions = tuple(served_versions())

    def find(self, expression: Expression, limit: int = MAX_POSTS) -> tuple[list[Found], bool]:
        """What of posts, ``limit`` at most, and titles is found, and whether that is all."""
        posts, is_whole = self._posts(expression, limit=limit)
        if OF_POSTS & self._filters.keys():
            return posts, is_whole
        titles, are_all_titles = self._titles(expression)
        return [*posts, *titles], is_whole and are_all_titles

    def posts(
        self, expression: Expression, among: Q = _ALL, limit: int = MAX_POSTS
    ) -> list[Found]:
        """The newest posts that are found; ``among``: which documents are looked through."""
        return self._posts(expression, among, limit)[0]

    def titles(self, expression: Expression, limit: int = MAX_TITLES) -> list[Found]:
        """The newest threads whose title and tags are found."""
        return self._titles(expression, limit)[0]

    def _posts(self, expression, among=_ALL, limit=MAX_POSTS):
        paths = {"thread": "post__thread__", "post": "post__"}
        return self._newest(_POSTS, PostDocument, expression, among, limit, paths)

    def _titles(self, expression, limit=MAX_TITLES):
        paths = {"thread": "thread__", "post": ""}
        return self._newest(_TITLES, ThreadDocument, expression, _ALL, limit, paths)

    def _newest(
        self,
        compiled: CompiledQuery[tuple[Any, ...]],
        model: type[Document],
        expression: Expression,
        among: Q,
        limit: int,
        paths: dict[str, str],
    ) -> tuple[list[Found], bool]:
        """The newest ``limit`` that are found, and whether these are all."""
        sizes, latest = self._window_sizes(model), self._latest[model]
        enough = max(1, _ENOUGH * limit // MAX_POSTS)
        last = None  # All there are.
        if sizes and (among != _ALL or (self._filters and self._filters.keys() <= OF_MANY)):
            last = self._last_window(model, expression)
            sizes = [size for size in sizes if last is None or size < last]
        while True:
            size = sizes.pop(0) if sizes else last
            newest = (latest, size) if size else None
            found = self._ask(compiled, model, expression, among, limit, paths, newest)
            if size == last:
                return found, last is None and len(found) < limit
            if len(found) >= enough:
                return found, False
            expected = (len(found) + 1) / size
            if expected * (last or latest) <= _FEW_POSTS:
                sizes = []
            sizes = [size for size in sizes if expected * size >= enough]

    def _last_window(self, model: type[Document], expression: Expression) -> int | None:
        """The window beyond which too many have the words to choose among them; or None.

        How many have them is reckoned from those of the newest ids, whoever sees these.
        """
        first, *_others = windows = get_engine().windows
        newest = self._latest[model], first
        query = get_engine().query(
            model._meta.db_table, expression, self._versions, self._spaces, newest
        )
        rows = model.objects.using(search_database()).filter(IsFound(query))
        share = rows.count() / first
        if share * self._latest[model] <= _MAX_LOOKED_THROUGH:
            return None
        return max(
            (size for size in windows if share * size <= _MAX_LOOKED_THROUGH), default=first
        )

    def _ask(self, compiled, model, expression, among, limit, paths, newest):
        query = get_engine().query(
            model._meta.db_table, expression, self._versions, self._spaces, newest
        )
        shape = self._viewer.rights, self._versions, among, limit, len(query.conditions)
        if self._filters or search_database() != DEFAULT_DB_ALIAS:
            asked = conditions(self._viewer, self._filters, **paths)
            rows = _BUILD[model](*shape, asked=asked, **query.values)
            return [Found(*row) for row in rows.using(search_database())]
        return [Found(*row) for row in compiled.rows(*shape, **query.values)]

    def _window_sizes(self, model: type[Document]) -> list[int]:
        """How many of the newest to look at first, then how many: none where there are few."""
        if self._thread_count <= _FEW_THREADS:
            return []
        sizes = get_engine().windows[model is ThreadDocument :]
        return [size for size in sizes if size * _MIN_WINDOWS <= self._latest[model]]


def _post_rows(rights, versions, among, limit, size, asked=_ALL, **values):
    """The columns of ``Found`` of the newest posts that the query finds and ``rights`` see."""
    rows = PostDocument.objects.visible_to(rights).filter(among, asked)
    columns = (
        *thread_columns("post__thread__", "post__created_at"), *_TITLE_COLUMNS,
        *_TEXT_COLUMNS, "post", "post__is_accepted",
    )  # fmt: skip
    return _newest_rows(
        rows, "post_id", columns, versions, limit, IndexQuery.from_values(size, values)
    )


def _title_rows(rights, versions, among, limit, size, asked=_ALL, **values):
    """The same of the newest threads whose titles and tags the query finds."""
    rows = ThreadDocument.objects.visible_to(rights).filter(among, asked)
    columns = *thread_columns("thread__", "thread__last_posted_at"), *_TITLE_COLUMNS
    return _newest_rows(
        rows, "thread_id", columns, versions, limit, IndexQuery.from_values(size, values)
    )


def _newest_rows(rows, order, columns, versions, limit, query):
    """Their ids are found and sorted first, without the texts, which only these rows need.

    They are sorted by what is no index, or PostgreSQL might go through all there are in the
    order of an index, where it expects to find enough soon.
    """
    rows = rows.filter(IsFound(query), version__in=versions)
    newest = rows.order_by((F(order) + 0).desc()).values("pk")[:limit]
    found = rows.model.objects.filter(pk__in=newest)
    return found.order_by(f"-{order}").values_list(*columns)


_BUILD = {PostDocument: _post_rows, ThreadDocument: _title_rows}
_POSTS: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_post_rows, *VALUE_NAMES)
_TITLES: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_title_rows, *VALUE_NAMES)


def _spaces(rights):
    """The ids of the spaces they see and how many threads these have, with the latest ids."""
    rows = Space.objects.visible_to(rights).order_by()
    rows = rows.annotate(thread_count=Coalesce(Sum("thread_counts__count"), Value(0)))
    return rows.values_list("pk", "thread_count", _latest_id(Post), _latest_id(Thread))


def _latest_id(model: type[Model]) -> Subquery:
    """The highest id there is, whoever sees it: where the newest begin, and shown to nobody."""
    return Subquery(model._default_manager.order_by("-pk").values("pk")[:1])


_SPACES: CompiledQuery[tuple[int, int, int | None, int | None]] = CompiledQuery(_spaces)


def thread_columns(prefix: str, posted_at: str) -> tuple[Any, ...]:
    """The first columns of ``Found``."""
    is_solved = resolved(prefix)
    return (
        f"{prefix}pk", posted_at, f"{prefix}kind", is_solved, f"{prefix}topic",
        f"{prefix}space", f"{prefix}has_sheet",
    )  # fmt: skip
