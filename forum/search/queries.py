"""Threads that are found, as a viewer sees them.

What a viewer may see is part of each query (``visible_to``), so that neither results nor counts
nor suggestions know of anything else. Of a word that very many posts have, the newest are
looked at, and all titles: ``MAX_POSTS`` and ``MAX_TITLES`` bound the work, whatever is asked.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Subquery

from accounts.base.pagination import PAGE_SIZE
from accounts.viewers.viewers import Viewer
from forum.models import Post, Space, Thread
from forum.search.filters import OF_POSTS, conditions
from forum.search.ranking import Found, RankedThread, rank
from forum.search.search_query import SearchQuery
from forum.search.synonyms import with_synonyms
from forum.search_index.engines import get_engine, search_database
from forum.search_index.models import PostDocument, ThreadDocument
from forum.search_index.queries import served_versions
from forum.search_index.terms import Expression

#: Posts and titles that are ranked, the newest first; posts found that are enough for not
#: looking at older ones.
MAX_POSTS, MAX_TITLES, _ENOUGH = 500, 200, 300
#: How many times a window must go into what there is for looking there first.
_MIN_WINDOWS = 4
#: With fewer threads than this, those are added that have only some of the words.
MIN_THREADS = 10
_TITLE_COLUMNS = "title_stems", "title_folded_stems"
_TEXT_COLUMNS = "stems", "folded_stems"


class Search(NamedTuple):
    """What a search found: threads with all of its words, then some with a part of them.

    ``is_whole``: whether all threads there are were looked at.
    """

    expression: Expression
    threads: list[RankedThread]
    partial: list[RankedThread]
    is_whole: bool


def find_threads(viewer: Viewer, query: SearchQuery) -> Search:
    """The threads that ``query`` finds among those that ``viewer`` sees, in its order."""
    expression = with_synonyms(query.expression)
    if not expression.clauses:
        threads = _by_filters(viewer, query) if query.filters else []
        return Search(expression, threads, [], len(threads) < MAX_POSTS)
    index = VisibleIndex(viewer, query.filters)
    found, is_whole = index.find(expression)
    threads = rank(found, expression)
    partial: list[RankedThread] = []
    if len(threads) < MIN_THREADS and len(expression.clauses) > 1:
        partial = _partial(index, expression, {it.best.thread_id for it in threads})
    if query.sort == "date":
        threads.sort(key=lambda it: it.best.posted_at, reverse=True)
    return Search(expression, threads, partial, is_whole)


def find_titles(viewer: Viewer, query: SearchQuery) -> list[RankedThread]:
    """The threads whose title and tags ``query`` finds; its last word may begin one."""
    expression = query.begun_expression
    if not expression.clauses:
        return []
    return rank(VisibleIndex(viewer, query.filters).titles(expression), expression)


def _partial(
    index: VisibleIndex, expression: Expression, found_before: set[int]
) -> list[RankedThread]:
    """Threads with all of the words but one; while there are few, then with half of them."""
    size, partial = len(expression.clauses), []
    for required in dict.fromkeys((size - 1, max(1, size // 2))):
        some = expression._replace(required=required)
        found, _whole = index.find(some)
        for one in rank(found, some):
            if one.best.thread_id not in found_before:
                found_before.add(one.best.thread_id)
                partial.append(one)
        if len(found_before) >= MIN_THREADS:
            break
    return partial[: 2 * PAGE_SIZE]


class VisibleIndex:
    """The index, as one viewer asks it with ``filters``."""

    def __init__(self, viewer: Viewer, filters: dict[str, str]) -> None:
        self._viewer, self._filters = viewer, filters
        latest = (
            Subquery(it.objects.order_by("-pk").values("pk")[:1]) for it in (Post, Thread)
        )
        rows = Space.objects.visible_to(viewer).order_by().values_list("pk", *latest)
        self._spaces = [pk for pk, _post, _thread in rows]
        _pk, post, thread = rows[0] if rows else (None, None, None)
        self._latest = {Post: post or 0, Thread: thread or 0}
        self._versions = served_versions()

    def find(self, expression: Expression) -> tuple[list[Found], bool]:
        """What of posts and titles is found, and whether that is all."""
        posts, is_whole = self._posts(expression)
        if OF_POSTS & self._filters.keys():
            return posts, is_whole
        titles, are_all_titles = self._titles(expression)
        return [*posts, *titles], is_whole and are_all_titles

    def posts(
        self, expression: Expression, among: Q | None = None, limit: int = MAX_POSTS
    ) -> list[Found]:
        """The newest posts that are found; ``among``: which documents are looked through."""
        return self._posts(expression, among, limit)[0]

    def titles(self, expression: Expression, limit: int = MAX_TITLES) -> list[Found]:
        """The newest threads whose title and tags are found."""
        return self._titles(expression, limit)[0]

    def _posts(
        self, expression: Expression, among: Q | None = None, limit: int = MAX_POSTS
    ) -> tuple[list[Found], bool]:
        rows = PostDocument.objects.visible_to(self._viewer).filter(among or Q())
        rows = rows.filter(
            conditions(self._viewer, self._filters, thread="post__thread__", post="post__")
        )
        columns = (
            *_thread_columns("post__thread__", "post__created_at"), *_TITLE_COLUMNS,
            *_TEXT_COLUMNS, "post", "post__is_accepted",
        )  # fmt: skip
        rows = rows.order_by("-post_id")
        return self._newest(rows, expression, columns, self._latest[Post], limit)

    def _titles(
        self, expression: Expression, limit: int = MAX_TITLES
    ) -> tuple[list[Found], bool]:
        rows = ThreadDocument.objects.visible_to(self._viewer).filter(
            conditions(self._viewer, self._filters, thread="thread__", post="")
        )
        columns = *_thread_columns("thread__", "thread__last_posted_at"), *_TITLE_COLUMNS
        rows = rows.order_by("-thread_id")
        return self._newest(rows, expression, columns, self._latest[Thread], limit)

    def _newest(
        self,
        rows: QuerySet[Any],
        expression: Expression,
        columns: tuple[Any, ...],
        latest: int,
        limit: int,
    ) -> tuple[list[Found], bool]:
        """The first ``limit`` of ``rows`` that are found, and whether these are all."""
        engine, model = get_engine(), rows.model
        rows = rows.using(search_database()).values_list(*columns)
        found: list[Found] = []
        for size in [*engine.windows, None]:
            if size and size * _MIN_WINDOWS > latest:
                continue
            newest = (latest, size) if size else None
            table = model._meta.db_table
            matching = engine.matching(table, expression, self._versions, self._spaces, newest)
            found = [Found(*row) for row in rows.filter(matching)[:limit]]
            if newest and len(found) >= _ENOUGH * limit // MAX_POSTS:
                return found, False
        return found, len(found) < limit


def _thread_columns(prefix: str, posted_at: str) -> tuple[Any, ...]:
    """The first columns of ``Found``."""
    is_solved = Q((f"{prefix}accepted__isnull", False))
    return (
        f"{prefix}pk", posted_at, f"{prefix}kind", is_solved, f"{prefix}topic", f"{prefix}space"
    )  # fmt: skip


def _by_filters(viewer, query):
    """The newest threads that filters alone find, each with the post that they find.

    Posts with an excluded word are left out of those that are looked at.
    """
    posts = Post.objects.visible_to(viewer)
    posts = posts.filter(conditions(viewer, query.filters, thread="thread__", post=""))
    posts = posts if OF_POSTS & query.filters.keys() else posts.filter(number=1)
    columns = *_thread_columns("thread__", "created_at"), "pk"
    rows = list(posts.order_by("-pk").values_list(*columns)[:MAX_POSTS])
    excluded = _with_excluded(viewer, query, [row[-1] for row in rows])
    rows = [row for row in rows if row[-1] not in excluded]
    found = {row[0]: Found(*row[:-1], post_id=row[-1]) for row in reversed(rows)}
    newest = sorted(found.values(), key=lambda it: it.posted_at, reverse=True)
    return [RankedThread(0.0, one) for one in newest]


def _with_excluded(viewer: Viewer, query: SearchQuery, posts: list[int]) -> set[int | None]:
    """The ids of those of ``posts`` that have an excluded word, or whose thread's title has."""
    if not query.expression.excluded:
        return set()
    some = Expression(query.expression.excluded, required=1)
    # By this limit, the newest are never enough.
    found = VisibleIndex(viewer, {}).posts(some, Q(post__in=posts), 2 * MAX_POSTS)
    return {it.post_id for it in found}
