"""The statements that ask the index for documents, as rows of ``SearchMatch``.

What a viewer may see is part of each (``visible_to``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Q, QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Rights
from forum.base.search_index.engines import IsFound
from forum.base.search_index.engines.index_query import VALUE_NAMES, IndexQuery
from forum.base.search_index.models import (
    Document,
    PostDocument,
    ThreadDocument,
    document_id,
)
from forum.conversation.threads.kinds import resolved
from forum.finding.search.filter_values import DAYS, ID_VALUE_NAMES, meanings_from
from forum.finding.search.filters import OF_PEOPLE, Meaning, condition_of
from forum.models import Post

if TYPE_CHECKING:
    from forum.base.visibility import VisibleQuerySet


#: Of people whom filters name, how many posts are looked through, the newest first.
MAX_OF_PEOPLE = 2000
#: In place of a number of the newest found: of these posts.
NEWEST_OF_PEOPLE = 0
_TITLE_COLUMNS = "title_stems", "title_folded_stems"
_TEXT_COLUMNS = "stems", "folded_stems"


def _post_rows(
    rights: Rights,
    versions: Sequence[int],
    among: Q,
    limit: int,
    size: int,
    newest: int | None,
    meanings: tuple[Meaning, ...],
    **values: Any,
) -> QuerySet[Any, Any]:
    """The columns of ``SearchMatch`` of the newest posts found that ``rights`` see."""
    condition = condition_of(rights, meanings, thread="post__thread__", post="post__")
    columns = (
        *thread_columns("post__thread__", "post__created_at"), *_TITLE_COLUMNS,
        *_TEXT_COLUMNS, "post", "post__is_accepted", "post__seat__organisation__college",
    )  # fmt: skip
    query, is_checked = IndexQuery.from_values(size, values), newest == NEWEST_OF_PEOPLE
    documents = PostDocument.objects.filter(
        IsFound(query, is_checked=is_checked), version__in=versions
    )
    if is_checked:
        documents = documents.filter(pk__in=_documents_of_people(rights, meanings, *versions))
    newest_rows = _Newest("post_id", limit, newest)
    return newest_rows.of(documents, rights, among & condition).values_list(*columns)


def _title_rows(
    rights: Rights,
    versions: Sequence[int],
    among: Q,
    limit: int,
    size: int,
    newest: int | None,
    meanings: tuple[Meaning, ...],
    **values: Any,
) -> QuerySet[Any, Any]:
    """The same of the newest threads that the query finds by other words than of posts."""
    condition = condition_of(rights, meanings, thread="thread__", post="")
    columns = (
        *thread_columns("thread__", "thread__last_posted_at"), *_TITLE_COLUMNS, *_TEXT_COLUMNS,
    )  # fmt: skip
    query = IndexQuery.from_values(size, values)
    documents = ThreadDocument.objects.filter(IsFound(query), version__in=versions)
    newest_rows = _Newest("thread_id", limit, newest)
    return newest_rows.of(documents, rights, among & condition).values_list(*columns)


def of_people(meanings: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """Those of the filters that name people or organisations, or a day since when."""
    return tuple(it for it in meanings if it.name in OF_PEOPLE or it.name == "depuis")


def _documents_of_people(
    rights: Rights, meanings: tuple[Meaning, ...], version: int
) -> QuerySet[Any, Any]:
    """The ids of the documents of the newest posts of those whom filters name."""
    people = condition_of(rights, of_people(meanings), thread="thread__", post="")
    posts = Post.objects.visible_to(rights).filter(people).order_by((F("pk") + 0).desc())
    documents = posts.annotate(document=document_id(F("pk"), version)).values("document")
    return documents[:MAX_OF_PEOPLE]


class _Newest(NamedTuple):
    """The newest ``limit`` by ``order``, a column; of the newest ``among`` found, if any.

    Ids are found and sorted first, without the texts, which only these rows need. They are
    sorted by what is no index, or PostgreSQL might go through all there are in the order of an
    index, where it expects to find enough soon.
    """

    order: str
    limit: int
    among: int | None

    def of(
        self, documents: VisibleQuerySet[Any], rights: Rights, condition: Q
    ) -> QuerySet[Any]:
        """Of ``documents``, those that ``rights`` see and that meet ``condition``."""
        everything = documents.model.objects
        if self.among:
            seen = everything.filter(pk__in=self._first(documents, self.among))
            return self._sorted(seen.visible_to(rights).filter(condition))[: self.limit]
        seen = documents.visible_to(rights).filter(condition)
        return self._sorted(everything.filter(pk__in=self._first(seen, self.limit)))

    def _first(self, rows: QuerySet[Any], number: int) -> QuerySet[Any, Any]:
        return rows.order_by((F(self.order) + 0).desc()).values("pk")[:number]

    def _sorted(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.order_by(f"-{self.order}")


STATEMENTS = {PostDocument: _post_rows, ThreadDocument: _title_rows}


def _compiled(build: Callable[..., QuerySet[Any, Any]]) -> CompiledQuery[tuple[Any, ...]]:
    def rows(
        rights: Rights,
        versions: Sequence[int],
        among: Q,
        limit: int,
        size: int,
        newest: int | None,
        filters: Any,
        **values: Any,
    ) -> QuerySet[Any, Any]:
        meanings = meanings_from(filters, values)
        return build(rights, versions, among, limit, size, newest, meanings, **values)

    names = *VALUE_NAMES, *ID_VALUE_NAMES, *DAYS.values()
    return CompiledQuery(rows, *names, max_shapes=512)


COMPILED: dict[Any, CompiledQuery[tuple[Any, ...]]] = {
    model: _compiled(build) for model, build in STATEMENTS.items()
}


def _further(model: type[Document]) -> CompiledQuery[int]:
    """The id of one more document than ``number`` that a query finds, whoever sees it."""

    def rows(size: int, number: int, **values: Any) -> QuerySet[Document, int]:
        documents = model._default_manager.filter(IsFound(IndexQuery.from_values(size, values)))
        return documents.order_by().values_list("pk", flat=True)[number : number + 1]

    return CompiledQuery(rows, *VALUE_NAMES)


FURTHER: dict[Any, CompiledQuery[int]] = {
    model: _further(model) for model in (PostDocument, ThreadDocument)
}


def thread_columns(prefix: str, posted_at: str) -> tuple[Any, ...]:
    """The first columns of ``SearchMatch``."""
    is_solved = resolved(prefix)
    return (
        f"{prefix}pk", posted_at, f"{prefix}kind", is_solved, f"{prefix}topic",
        f"{prefix}space", f"{prefix}has_sheet",
    )  # fmt: skip
