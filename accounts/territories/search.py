"""Search of territories by the beginning of their names."""

from datetime import datetime
from itertools import cycle
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact, GreaterThan, LessThan

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import fold
from accounts.territories.models import HOME_COUNTRY, Territory, in_department
from accounts.territories.queries import is_acted_on
from accounts.territories.search_keys import (
    MAX_PREFIXES,
    MAX_WORDS,
    PLACE_SEPARATOR,
    search_phrases,
    search_prefixes,
    search_words,
    without_department,
)

#: Results of a search: they fit in 10 kB.
MAX_RESULTS = 12
#: More than have one name.
_MAX_NAMESAKES = 40


def search_territories(
    typed: str, most: int = MAX_RESULTS, *, are_acted_on: bool = False
) -> list[Territory]:
    """Territories in whose key each word of ``typed`` begins a word, the best first.

    First those with this very name, then those whose name begins so, then those with the
    words in their own name, then those with some in their department's; the more populous
    first among these. None where ``typed`` has no word. Communes of the official list are
    found by the first word of their name, or the last, once three letters of it are typed;
    ``are_acted_on``: those alone where an organisation of the network acts.
    """
    words, phrases = search_words(typed), search_phrases(typed)
    if not words:
        return []
    named = dict(zip(_WORD_NAMES, (f" {word}" for word in words), strict=False))
    begun = dict(zip(_PHRASE_NAMES, (f" {phrase}" for phrase in phrases), strict=False))
    values = {"name": without_department(typed)} | named | begun
    prefixes = dict(zip(_PREFIX_NAMES, cycle(search_prefixes(typed) or {""}), strict=False))
    sizes = len(words), len(phrases), most
    return _RANKED.rows(*sizes, are_acted_on, **values, **prefixes)


def find_official(name: str) -> list[Territory]:
    """The official territories called ``name``, in short or in full.

    *CC du Thouarsais* and *Communauté de communes du Thouarsais* are the same, and so are
    *Thouars* and *Commune de Thouars*; articles and prepositions are ignored.
    """
    words = search_words(name)
    return [
        it
        for it in search_territories(name, _MAX_NAMESAKES)
        if it.is_official and words in (search_words(it.name), search_words(it.name_long))
    ]


def _ranked(
    word_count: int,
    phrase_count: int,
    most: int,
    are_acted_on: bool,
    at: datetime,
    name: int,
    **values: Any,
) -> QuerySet[Territory]:
    """The territories with so many words, ranked by them and by so many phrases."""
    words = [_position(values[it]) for it in _WORD_NAMES[:word_count]]
    phrases = [_position(values[it]) for it in _PHRASE_NAMES[:phrase_count]]
    same = When(folded_name=name, then=Value(-1))
    begun = When(Q(*(Exact(it, 1) for it in phrases), _connector=Q.OR), then=Value(0))
    in_name = (LessThan(it, _position(PLACE_SEPARATOR)) for it in words)
    named = When(Q(*in_name), then=Value(1))
    rank = Case(same, begun, named, default=Value(2), output_field=IntegerField())
    prefixes = [values[it] for it in _PREFIX_NAMES]
    communes = Q(search_prefix__in=prefixes) | Q(last_prefix__in=prefixes)
    if are_acted_on:
        communes &= Q(is_acted_on(at))
    territories = Territory.objects.filter(
        Q(insee_code=None) | communes, *(GreaterThan(it, 0) for it in words)
    )
    order = rank, F("population").desc(nulls_last=True), "folded_name", "pk"
    return territories.order_by(*order)[:most]


def _position(part: int | str) -> StrIndex:
    return StrIndex("search_key", Value(part))


_WORD_NAMES = tuple(f"word_{n}" for n in range(MAX_WORDS))
_PHRASE_NAMES = "phrase_0", "phrase_1"
_PREFIX_NAMES = tuple(f"prefix_{n}" for n in range(MAX_PREFIXES))
_RANKED = CompiledQuery(_ranked, "at", "name", *_WORD_NAMES, *_PHRASE_NAMES, *_PREFIX_NAMES)


def territory_named(name: str, code: str, country: str) -> Territory | None:
    """The territory of this name in this place, or None.

    Where no place is given, the official territory of the name, if there is only one.
    """
    same = find_official(name) if country == HOME_COUNTRY else []
    if country == HOME_COUNTRY and not code:
        return same[0] if len(same) == 1 else None
    named = Territory.objects.filter(folded_name=fold(name), country=country)
    if not code:
        return named.first()
    here = (territory for territory in same if code in territory.department_codes.split("|"))
    return next(here, None) or named.filter(in_department(code)).first()
