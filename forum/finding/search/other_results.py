"""What else is called as one searches: tools, people, organisations, territories…"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.urls import reverse

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.query_filters import MAX_WORDS, search_words
from accounts.base.text import fold, slug_of
from accounts.models import Organisation, Territory, User
from accounts.profiles.queries import listed_people
from accounts.territories.search import search_territories
from accounts.viewers.viewers import Viewer
from forum.conversation.tags.suggestions import suggest_tags
from forum.finding.search.scope import SearchScope
from forum.finding.search.search_query import SearchQuery
from forum.library.tools.queries import find_tools
from forum.models import Space, Topic

#: Of each kind.
MAX_OTHERS = 5


class TagResult(NamedTuple):
    """A tag, as it is spelt where the viewer reads it; ``count`` of their threads have it."""

    name: str
    slug: str
    count: int  # type: ignore[assignment]

    @property
    def url(self) -> str:
        """The list of its threads."""
        return reverse("tag", args=[self.slug])


def find_others(scope: SearchScope, query: SearchQuery) -> dict[str, Sequence[Any]]:
    """What the words of ``query`` name, by kind, where anything does; nothing with filters.

    ``people`` are those that the directory shows the viewer of ``scope``; ``organisations``
    those of the network, and ``territories`` those whose names none of these bears, for the
    page of such an organisation leads to its territory; ``spaces``, ``tags`` and ``tools`` what
    they see; ``topics`` all may.
    """
    viewer, typed = scope.viewer, query.words
    words = [word for word in search_words(typed) if word[:1].isalnum()]
    if not words or query.filters:
        return {}
    organisations = _named(_ORGANISATIONS, words)
    names = {fold(str(it)) for it in organisations}
    results: dict[str, Sequence[Any]] = {
        "people": _named(_PEOPLE, words) if viewer.is_member else [],
        "organisations": organisations,
        "territories": [
            it
            for it in territories(typed)
            if fold(str(it)) not in names and _parts(typed) <= _parts(str(it))
        ],
        "tags": tags(viewer, typed),
        "spaces": _spaces(scope, words),
        "topics": _topics(scope, words),
        "tools": find_tools(viewer, typed, MAX_OTHERS),
    }
    return {kind: rows for kind, rows in results.items() if rows}


def territories(typed: str, most: int = MAX_OTHERS) -> list[Territory]:
    """The territories whose names ``typed`` begins; of communes those of the network."""
    return search_territories(typed, most, are_acted_on=True)


def _parts(name: str) -> set[str]:
    return set(slug_of(name).split("-"))


def tags(viewer: Viewer, typed: str, most: int = MAX_OTHERS) -> list[TagResult]:
    """The tags of threads that ``viewer`` sees that are called so, or have such a synonym."""
    suggested = (it for it in suggest_tags(viewer, typed) if it.count)
    return [TagResult(it.name, it.slug, it.count) for it in suggested][:most]


def _named(compiled: CompiledQuery[Any], words: Sequence[str]) -> list[Any]:
    """What is asked for by each of ``words``."""
    return compiled.rows(len(words), **dict(zip(_WORD_NAMES, words, strict=False)))


def _people(size: int, at: datetime | None, **words: Any) -> QuerySet[User]:
    return _with_words(listed_people(at), size, words)


def _organisations(size: int, at: datetime | None, **words: Any) -> QuerySet[Organisation]:
    return _with_words(Organisation.objects.in_network(at), size, words)


def _with_words(rows: QuerySet[Any], size: int, words: dict[str, Any]) -> QuerySet[Any]:
    """The first of ``rows`` whose names have the first ``size`` of ``words``."""
    positions = (StrIndex("folded_name", Value(words[it])) for it in _WORD_NAMES[:size])
    rows = rows.filter(*(GreaterThan(place, 0) for place in positions))
    return rows.order_by("folded_name")[:MAX_OTHERS]


_WORD_NAMES = tuple(f"word_{n}" for n in range(MAX_WORDS))
_PEOPLE: CompiledQuery[User] = CompiledQuery(_people, *_WORD_NAMES, "at")
_ORGANISATIONS: CompiledQuery[Organisation] = CompiledQuery(_organisations, *_WORD_NAMES, "at")


def _spaces(scope: SearchScope, words: Sequence[str]) -> list[Space]:
    names = ((space, fold(f"{space.name} {space.name_en}")) for space in scope.spaces)
    spaces = [it for it, name in names if all(word in name for word in words)]
    return [Space(**it._asdict()) for it in spaces[:MAX_OTHERS]]


def _topics(scope: SearchScope, words: Sequence[str]) -> list[Topic]:
    """Those with words that begin so."""
    names = {it: slug_of(f"{it.name} {it.name_en}").split("-") for it in scope.topics}
    topics = [
        it for it, parts in names.items()
        if all(any(part.startswith(word) for part in parts) for word in words)
    ]  # fmt: skip
    return [Topic(**it._asdict()) for it in topics[:MAX_OTHERS]]
