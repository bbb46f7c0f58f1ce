"""Search of territories by the beginning of their names."""

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import LessThan

from accounts.base.text import fold
from accounts.territories.models import HOME_COUNTRY, Territory, in_department
from accounts.territories.search_keys import (
    MAX_QUERY_LENGTH,
    PLACE_SEPARATOR,
    search_phrases,
    search_words,
)

#: Results of a search: they fit in 10 kB.
MAX_RESULTS = 12


def search_territories(typed, most=MAX_RESULTS):
    """Territories in whose key each word of ``typed`` begins a word, the best first.

    First those with this very name, then those whose name begins so, then those with the
    words in their own name, then those with some in their department's; the more populous
    first among these. None where ``typed`` has no word.
    """
    words = search_words(typed)
    if not words:
        return Territory.objects.none()
    same = When(folded_name=fold(typed[:MAX_QUERY_LENGTH]), then=Value(-1))
    begins = (Q(search_key__startswith=f" {phrase}") for phrase in search_phrases(typed))
    begun = When(Q(*begins, _connector=Q.OR), then=Value(0))
    named = When(Q(*(_is_in_name(word) for word in words)), then=Value(1))
    rank = Case(same, begun, named, default=Value(2), output_field=IntegerField())
    each = Q(*(Q(search_key__contains=f" {word}") for word in words))
    found = Territory.objects.filter(each).order_by(
        rank, F("population").desc(nulls_last=True), "folded_name", "pk"
    )
    return found[:most]


def find_official(name):
    """The official territories called ``name``, in short or in full.

    *CC du Thouarsais* and *Communauté de communes du Thouarsais* are the same; articles and
    prepositions are ignored.
    """
    words = search_words(name)
    return [
        one
        for one in search_territories(name)
        if one.siren and words in (search_words(one.name), search_words(one.name_long))
    ]


def _is_in_name(word):
    return Q(LessThan(_position(f" {word}"), _position(PLACE_SEPARATOR)))


def _position(part):
    return StrIndex("search_key", Value(part))


def territory_named(name, code, country):
    """The territory of this name in this place, or None.

    Where no place is given, the official territory of the name, if there is only one.
    """
    same = find_official(name) if country == HOME_COUNTRY else []
    if country == HOME_COUNTRY and not code:
        return same[0] if len(same) == 1 else None
    found = Territory.objects.filter(folded_name=fold(name), country=country)
    if not code:
        return found.first()
    here = (one for one in same if code in one.department_codes.split("|"))
    return next(here, None) or found.filter(in_department(code)).first()
