"""Words that name an organisation or its territory: what it wrote is found by them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import fold
from accounts.models import Organisation
from forum.base.search_index.analysis import clean, words_of
from forum.finding.search.filters import OF_POSTS
from forum.finding.search.search_query import SearchQuery

#: Letters of a word that names a place; words that are looked for.
_MIN_LENGTH, _MAX_WORDS = 4, 6
#: A word in the names of more organisations names none; rows of names that are read, of the
#: organisations that came first: their names have no index, and take 0.6 µs each and word.
_MAX_ORGANISATIONS, _MAX_ROWS, _MAX_LOOKED_THROUGH = 12, 200, 3_000


def query_by_place(query: SearchQuery) -> SearchQuery | None:
    """``query`` with the words that name organisations, or their territories, as a filter.

    None where none do, where posts are chosen by filters already, and where words in quotes or
    left out would be other ones without their neighbours.
    """
    if OF_POSTS & query.filters.keys() or any(
        part.is_quoted or part.is_excluded for part in query.parts
    ):
        return None
    typed = [token for token in words_of(clean(query.words)) if len(token.word) >= _MIN_LENGTH]
    words = list(dict.fromkeys(fold(token.word) for token in typed))[:_MAX_WORDS]
    named = _named(words) if words else set()
    if not named:
        return None
    text = clean(query.words)
    for token in reversed(typed):
        if fold(token.word) in named:
            text = text[: token.start] + text[token.end :]
    place = " ".join(word for word in words if word in named)
    return replace(query, words=" ".join(text.split()), territoire=place)


def _named(words: list[str]) -> set[str]:
    """Those of ``words`` that are in the names of some organisations, and of not too many."""
    values = dict(zip(_WORD_NAMES, words, strict=False))
    organisations: dict[str, set[int]] = {word: set() for word in words}
    for pk, name, territory in _NAMED.rows(len(words), **values):
        for word in re.split(r"\W+", f"{name} {territory or ''}"):
            if word in organisations:
                organisations[word].add(pk)
    return {word for word, pks in organisations.items() if 0 < len(pks) <= _MAX_ORGANISATIONS}


def _names_queryset(size: int, **words: Any) -> QuerySet[Organisation, Any]:
    columns = "folded_name", "territories__folded_name"
    named = (
        Q(GreaterThan(StrIndex(column, Value(words[name])), 0))
        for name in _WORD_NAMES[:size]
        for column in columns
    )
    first = Organisation.objects.order_by("pk").values("pk")[:_MAX_LOOKED_THROUGH]
    rows = Organisation.objects.filter(reduce(or_, named), pk__in=first).order_by()
    return rows.values_list("pk", *columns)[:_MAX_ROWS]


_WORD_NAMES = tuple(f"word_{n}" for n in range(_MAX_WORDS))
_NAMED: CompiledQuery[tuple[int, str, str | None]] = CompiledQuery(
    _names_queryset, *_WORD_NAMES
)
