"""Threads that are found, as a viewer sees them.

What a viewer may see is part of each query (``visible_to``), so that neither results nor counts
nor suggestions know of anything else.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from accounts.base.pagination import PAGE_SIZE
from accounts.viewers.viewers import Viewer
from forum.base.search_index.terms import Expression
from forum.finding.search.filters import OF_POSTS, condition_of, read_filters
from forum.finding.search.index_statements import thread_columns
from forum.finding.search.places import query_by_place
from forum.finding.search.ranking import RankedThread, SearchMatch, counts_by, rank
from forum.finding.search.scope import SearchScope
from forum.finding.search.search_query import SearchQuery
from forum.finding.search.synonyms import with_synonyms
from forum.finding.search.topic_names import with_topics
from forum.finding.search.visible_index import MAX_POSTS, VisibleIndex
from forum.models import Post

#: With fewer threads than this, those are added that have only some of the words.
MIN_THREADS = 10


class Search(NamedTuple):
    """What a search found: threads with all of its words, then some with a part of them.

    ``is_whole``: whether all threads there are were looked at. ``counts``: how many of them
    each value of a filter keeps (``counts_by``).
    """

    expression: Expression
    threads: list[RankedThread]
    partial: list[RankedThread]
    is_whole: bool
    counts: dict[str, dict[object, int]]


def find_threads(viewer: Viewer, query: SearchQuery) -> Search:
    """The threads that ``query`` finds among those that ``viewer`` sees, in its order.

    Where few have all of its words, with those that have some.
    """
    scope = SearchScope(viewer)
    return with_partial(scope, query, find_whole(scope, query))


def find_whole(scope: SearchScope, query: SearchQuery) -> Search:
    """The same without those that have only some of the words."""
    expression = with_synonyms(query.expression, scope.synonyms)
    if not expression.clauses:
        threads, is_whole = _by_filters(scope, query) if query.filters else ([], True)
        return Search(expression, threads, [], is_whole, counts_by(threads, []))
    index = VisibleIndex(scope.viewer, query.filters, scope)
    matches, is_whole = index.find(expression)
    threads = rank(matches, expression)
    named = with_topics(expression, scope.topics)
    if len(threads) < PAGE_SIZE and named != expression:
        of_topics, is_whole = index.find(named)
        distinct = {(it.thread_id, it.post_id): it for it in [*matches, *of_topics]}
        matches = list(distinct.values())
        threads = rank(matches, named)
    if len(threads) < PAGE_SIZE and (by_place := query_by_place(query)):
        threads += _of_place(scope, by_place, {it.best.thread_id for it in threads})
    if query.sort == "date":
        threads.sort(key=lambda it: it.best.posted_at, reverse=True)
    return Search(named, threads, [], is_whole, counts_by(threads, matches))


def _of_place(
    scope: SearchScope, query: SearchQuery, found_before: set[int]
) -> list[RankedThread]:
    """The threads that ``query`` finds by the place of who wrote, but those found before."""
    expression = with_synonyms(query.expression, scope.synonyms)
    if expression.clauses:
        index = VisibleIndex(scope.viewer, query.filters, scope)
        ranked = rank(index.find(expression)[0], expression)
    else:
        ranked, _is_whole = _by_filters(scope, query)
    return [it for it in ranked if it.best.thread_id not in found_before]


def with_partial(scope: SearchScope, query: SearchQuery, search: Search) -> Search:
    """``search`` with threads that have some of its words, where few have all."""
    expression = search.expression
    if len(expression.clauses) < 2:  # Words that are one term may be found apart.
        expression = with_topics(
            with_synonyms(query.expression, scope.synonyms, longest=1), scope.topics
        )
    if len(search.threads) >= MIN_THREADS or len(expression.clauses) < 2:
        return search
    index = VisibleIndex(scope.viewer, query.filters, scope)
    before = {it.best.thread_id for it in search.threads}
    return search._replace(partial=_partial(index, expression, before))


def find_titles(viewer: Viewer, query: SearchQuery) -> list[RankedThread]:
    """The threads whose title and tags ``query`` finds; its last word may begin one."""
    expression = query.begun_expression
    if not expression.clauses:
        return []
    matches = VisibleIndex(viewer, query.filters).titles(expression)
    # What they say beside, such as the choices of a poll, names no thread.
    named = [it._replace(stems="", folded_stems="") for it in matches]
    return [it for it in rank(named, expression) if it.score > 0]


def _partial(
    index: VisibleIndex, expression: Expression, found_before: set[int]
) -> list[RankedThread]:
    """Threads with all of the words but one; while there are few, then with half of them."""
    size, partial = len(expression.clauses), []
    for required in dict.fromkeys((size - 1, max(1, size // 2))):
        relaxed = expression._replace(required=required)
        matches, _whole = index.find(relaxed)
        for ranked in rank(matches, relaxed):
            if ranked.best.thread_id not in found_before:
                found_before.add(ranked.best.thread_id)
                partial.append(ranked)
        if len(found_before) >= MIN_THREADS:
            break
    return partial[: 2 * PAGE_SIZE]


def _by_filters(scope: SearchScope, query: SearchQuery) -> tuple[list[RankedThread], bool]:
    """The newest threads that filters alone find, each with the post that they find; if all.

    Posts with an excluded word are left out of those that are looked at.
    """
    viewer = scope.viewer
    meanings = read_filters(scope, query.filters)
    posts = Post.objects.visible_to(viewer)
    posts = posts.filter(condition_of(viewer.rights, meanings, thread="thread__", post=""))
    posts = posts if OF_POSTS & query.filters.keys() else posts.filter(number=1)
    columns = *thread_columns("thread__", "created_at"), "pk"
    rows = list(posts.order_by("-pk").values_list(*columns)[:MAX_POSTS])
    is_whole = len(rows) < MAX_POSTS
    excluded = _with_excluded(viewer, query, [row[-1] for row in rows])
    rows = [row for row in rows if row[-1] not in excluded]
    by_thread = {
        row[0]: SearchMatch(*row[:-1])._replace(post_id=row[-1]) for row in reversed(rows)
    }
    newest = sorted(by_thread.values(), key=lambda it: it.posted_at, reverse=True)
    return [RankedThread(0.0, match) for match in newest], is_whole


def _with_excluded(viewer: Viewer, query: SearchQuery, posts: list[int]) -> set[int | None]:
    """The ids of those of ``posts`` that have an excluded word, or whose thread's title has."""
    if not query.expression.excluded:
        return set()
    excluded = Expression(query.expression.excluded, required=1)
    # By this limit, the newest are never enough. Where they begin, the day says no more.
    filters = {name: value for name, value in query.filters.items() if name != "avant"}
    matches = VisibleIndex(viewer, filters).posts(excluded, Q(post__in=posts), 2 * MAX_POSTS)
    return {it.post_id for it in matches}
