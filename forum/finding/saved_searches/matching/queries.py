"""Which searches find new posts, and who of those who follow them sees these."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from accounts.viewers.viewers import Viewer
from forum.base.search_index.models import PostDocument, document_id
from forum.base.search_index.queries import served_versions
from forum.finding.saved_searches.matching.documents import PostWords, may_find
from forum.finding.search.filters import OF_POSTS, conditions
from forum.finding.search.search_query import SearchQuery
from forum.finding.search.synonyms import read_synonyms, with_synonyms
from forum.models import Post


class Candidate(NamedTuple):
    """A post that may be news, and when it was first shown; ``is_reply``: begins no thread."""

    pk: int
    author_id: int
    is_reply: bool
    written_at: datetime


def queries_that_find(
    candidates: Mapping[int, Candidate], queries: Iterable[str]
) -> dict[str, list[int]]:
    """``{query: ids}`` of those of ``candidates`` that each finds, whoever may see them.

    By their words only: filters are asked for where rights are. Where there is no word, all
    that begin a thread, or that the filters are about.
    """
    versions = served_versions()
    ids = [document_id(pk, version) for pk in candidates for version in versions]
    documents = PostDocument.objects.filter(pk__in=ids)
    texts = [
        (it.post_id, PostWords(it, is_reply=candidates[it.post_id].is_reply))
        for it in documents
    ]
    words = frozenset().union(*(text.words for _pk, text in texts))
    synonyms, matches = read_synonyms(), {}
    for query in queries:
        search_query = SearchQuery.from_params({"q": query})
        expression = search_query.expression
        if not expression.clauses:
            takes_replies = bool(OF_POSTS & search_query.filters.keys())
            excluded = {pk for pk, text in texts if text.has_excluded(expression)}
            pks = [
                pk for pk, it in candidates.items()
                if (takes_replies or not it.is_reply) and pk not in excluded
            ]  # fmt: skip
        elif may_find(words, expression := with_synonyms(expression, synonyms)):
            pks = sorted({pk for pk, text in texts if text.has(expression)})
        else:
            continue
        if pks:
            matches[query] = pks
    return matches


class SeenPosts:
    """Which of the posts ``pks`` viewers see, and filters keep.

    Each kind of rights is asked for once, and once more for each filters that they use.
    """

    def __init__(self, pks: Collection[int]) -> None:
        self._pks = list(pks)
        self._known: dict[tuple[object, ...], frozenset[int]] = {}

    def by(self, viewer: Viewer, search_query: SearchQuery | None = None) -> frozenset[int]:
        """Those that ``viewer`` sees, and the filters of the search keep."""
        filters = search_query.filters if search_query else {}
        key = viewer.rights, *filters.items()
        if key not in self._known:
            rows = Post.objects.visible_to(viewer).filter(pk__in=self._pks)
            if filters:
                rows = rows.filter(conditions(viewer, filters, thread="thread__", post=""))
            self._known[key] = frozenset(rows.order_by().values_list("pk", flat=True))
        return self._known[key]
