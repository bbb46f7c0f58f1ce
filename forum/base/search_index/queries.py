"""Questions to the index itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from accounts.base.compiled_queries import CompiledQuery, id_names, padded_id_values
from forum.base.search_index.analysis import VERSION
from forum.base.search_index.models import IndexedTexts, IndexVersion, PostDocument

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.viewers.viewers import Rights
    from forum.conversation.threads.models import Post

#: Threads whose texts are asked for in one query.
_BATCH_SIZE = 256


class IndexState(NamedTuple):
    """How far the index of a version is: how many posts it holds of how many there are."""

    version: IndexVersion
    indexed: int
    posts: int


def served_versions() -> list[int]:
    """The versions of the analysis whose documents are searched, that of the code first.

    As long as not all is indexed by it, documents of the version before are searched too.
    """
    return served_of(VERSIONS.rows())


def served_of(versions: Iterable[IndexVersion]) -> list[int]:
    """As ``served_versions``, of the ``versions`` that there are."""
    rows = [(it.version, it.finished_at) for it in versions]
    if any(version == VERSION and finished_at for version, finished_at in rows):
        return [VERSION]
    return [VERSION, *(version for version, _at in rows if version < VERSION)]


def index_states() -> list[IndexState]:
    """The state of each version that was begun, from the oldest."""
    posts = apps.get_model("forum", "Post").objects.filter(deleted_at=None).count()
    documents = PostDocument.objects.order_by()
    return [
        IndexState(index, documents.filter(version=index.version).count(), posts)
        for index in IndexVersion.objects.order_by("version")
    ]


def words_of_files(post: Post) -> str:
    """What the files of ``post`` are called and said to show: words that it is found by."""
    return " · ".join(file.words for file in post.shown_files)


def texts_of_threads(threads: Collection[int]) -> dict[int, str]:
    """By thread, what models declare that it is found by besides its title, tags and posts.

    With what it is called, in the site's language: *Rencontre : …*
    """
    texts: dict[int, str] = {}
    for batch in batched(threads, _BATCH_SIZE, strict=False):
        ids = padded_id_values(batch)
        for model, indexed in _models_with_texts():
            with translation.override(settings.LANGUAGE_CODE):
                passage = str(indexed.passage)
            for pk, *values in _texts(model, len(ids)).rows(None, **ids):
                text = passage % {"text": "\n".join(values)}
                texts[pk] = f"{texts[pk]}\n{text}" if pk in texts else text
    return texts


def passages_of_threads(rights: Rights, threads: Collection[int]) -> dict[int, str]:
    """The same as a search shows it to ``rights``, of what they see."""
    passages: dict[int, str] = {}
    ids = padded_id_values(list(threads))
    for model, indexed in _models_with_texts():
        for pk, *values in _texts(model, len(ids)).rows(rights, **ids):
            words = " · ".join(line for text in values for line in text.splitlines())
            passages[pk] = f"{passages.get(pk, '')} {indexed.passage % {'text': words}}".strip()
    return passages


@cache
def _texts(model: type[Model], size: int) -> CompiledQuery[tuple[Any, ...]]:
    """The texts that ``model`` declares, of as many threads as ``size``: shown ones, or all."""
    indexed: IndexedTexts = dict(_models_with_texts())[model]

    def texts(rights: Rights | None, **pks: int) -> QuerySet[Any, tuple[Any, ...]]:
        manager: Any = model._default_manager
        rows: QuerySet[Any] = manager.all() if rights is None else manager.visible_to(rights)
        rows = rows.filter(indexed.rows, thread__in=pks.values()).order_by("pk")
        return rows.values_list("thread", *indexed.fields)

    return CompiledQuery(texts, *id_names(size))


@cache
def _models_with_texts() -> list[tuple[type[Model], IndexedTexts]]:
    declared = ((it, getattr(it, "indexed_texts", None)) for it in apps.get_models())
    return [(model, indexed) for model, indexed in declared if indexed]


def threads_to_index() -> int:
    """How many threads the index of the code's version has still to go through."""
    index = IndexVersion.objects.filter(version=VERSION).first()
    if index and index.finished_at:
        return 0
    threads = apps.get_model("forum", "Thread").objects
    return threads.filter(pk__gt=index.last_thread if index else 0).count()


def _versions() -> QuerySet[IndexVersion]:
    return IndexVersion.objects.order_by("-version")


VERSIONS: CompiledQuery[IndexVersion] = CompiledQuery(_versions)
