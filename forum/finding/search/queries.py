"""Threads that are found, as a viewer sees them.

What a viewer may see is part of each query (``visible_to``), so that neither results nor counts
nor suggestions know of anything else.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Q

from accounts.base.pagination import PAGE_SIZE
from accounts.viewers.viewers import Viewer
from forum.base.search_index.terms import Expression
from forum.finding.search.filters import OF_POSTS, conditions
from forum.finding.search.ranking import Found, RankedThread, rank
from forum.finding.search.search_query import SearchQuery
from forum.finding.search.synonyms import with_synonyms
from forum.finding.search.visible_index import MAX_POSTS, VisibleIndex, thread_columns
from forum.models import Post

#: With fewer threads than this, those are added that have only some of the words.
MIN_THREADS = 10


class Search(NamedTuple):
    """What a search found: threads with all of its words, then some with a part of them.

    ``is_whole``: whether all threads there are were looked at. ``posts``: the ids of the posts
    with all of its words that were.
    """

    expression: Expression
    threads: list[RankedThread]
    partial: list[RankedThread]
    is_whole: bool
    posts: tuple[int, ...] = ()


def find_threads(viewer: Viewer, query: SearchQuery) -> Search:
    """The threads that ``query`` finds among those that ``viewer`` sees, in its order.

    Where few have all of its words, with those that have some.
    """
    return with_partial(viewer, query, find_whole(viewer, query))


def find_whole(viewer: Viewer, query: SearchQuery) -> Search:
    """The same without those that have only some of the words."""
    expression = with_synonyms(query.expression)
    if not expression.clauses:
        threads, is_whole = _by_filters(viewer, query) if query.filters else ([], True)
        return Search(expression, threads, [], is_whole)
    found, is_whole = VisibleIndex(viewer, query.filters).find(expression)
    threads = rank(found, expression)
    if query.sort == "date":
        threads.sort(key=lambda it: it.best.posted_at, reverse=True)
    posts = tuple(it.post_id for it in found if it.post_id is not None)
    return Search(expression, threads, [], is_whole, posts)


def with_partial(viewer: Viewer, query: SearchQuery, search: Search) -> Search:
    """``search`` with threads that have some of its words, where few have all."""
    if len(search.threads) >= MIN_THREADS or len(search.expression.clauses) < 2:
        return search
    index = VisibleIndex(viewer, query.filters)
    before = {it.best.thread_id for it in search.threads}
    return search._replace(partial=_partial(index, search.expression, before))


def thread_counts_by_college(viewer: Viewer, posts: Collection[int]) -> dict[object, int]:
    """In how many threads people of each college wrote some of ``posts``."""
    rows = Post.objects.visible_to(viewer).filter(pk__in=posts, seat__isnull=False).order_by()
    rows = rows.values_list("seat__organisation__college")
    return dict(rows.annotate(Count("thread", distinct=True)))


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


def _by_filters(viewer, query):
    """The newest threads that filters alone find, each with the post that they find; if all.

    Posts with an excluded word are left out of those that are looked at.
    """
    posts = Post.objects.visible_to(viewer)
    posts = posts.filter(conditions(viewer, query.filters, thread="thread__", post=""))
    posts = posts if OF_POSTS & query.filters.keys() else posts.filter(number=1)
    columns = *thread_columns("thread__", "created_at"), "pk"
    rows = list(posts.order_by("-pk").values_list(*columns)[:MAX_POSTS])
    is_whole = len(rows) < MAX_POSTS
    excluded = _with_excluded(viewer, query, [row[-1] for row in rows])
    rows = [row for row in rows if row[-1] not in excluded]
    found = {row[0]: Found(*row[:-1], post_id=row[-1]) for row in reversed(rows)}
    newest = sorted(found.values(), key=lambda it: it.posted_at, reverse=True)
    return [RankedThread(0.0, one) for one in newest], is_whole


def _with_excluded(viewer: Viewer, query: SearchQuery, posts: list[int]) -> set[int | None]:
    """The ids of those of ``posts`` that have an excluded word, or whose thread's title has."""
    if not query.expression.excluded:
        return set()
    some = Expression(query.expression.excluded, required=1)
    # By this limit, the newest are never enough; with filters, no statement is kept for it.
    found = VisibleIndex(viewer, query.filters).posts(some, Q(post__in=posts), 2 * MAX_POSTS)
    return {it.post_id for it in found}
