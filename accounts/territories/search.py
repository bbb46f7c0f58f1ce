"""Finding a territory among all of them, while its name is being typed."""

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import LessThan

from accounts.territories.models import Territory
from accounts.territories.naming import BAR, LONGEST, phrases_of, words_of
from accounts.text import fold

#: What one reads at a glance, and what fits in 10 kB with room to spare.
MOST = 12


def matching(typed, most=MOST):
    """The territories of whose key each word of ``typed`` begins a word, the best first.

    First the one so named, then those whose name begins so, then those that have the words
    in their name and not only in their department's; the more populous before the others.
    No word, no territory.
    """
    words = words_of(typed)
    if not words:
        return Territory.objects.none()
    same = When(folded=fold(typed[:LONGEST]), then=Value(-1))
    begins = (Q(searched__startswith=f" {phrase}") for phrase in phrases_of(typed))
    begun = When(Q(*begins, _connector=Q.OR), then=Value(0))
    named = When(Q(*(_is_in_name(word) for word in words)), then=Value(1))
    rank = Case(same, begun, named, default=Value(2), output_field=IntegerField())
    each = Q(*(Q(searched__contains=f" {word}") for word in words))
    found = Territory.objects.filter(each).order_by(
        rank, F("population").desc(nulls_last=True), "folded", "pk"
    )
    return found[:most]


def official(name):
    """The official territories that are called ``name``, short or in full.

    *CC du Thouarsais* and *Communauté de communes du Thouarsais* are one; its joining words
    need not be right.
    """
    words = words_of(name)
    return [
        one
        for one in matching(name)
        if one.siren and words in (words_of(one.name), words_of(one.name_long))
    ]


def _is_in_name(word):
    return Q(LessThan(_place(f" {word}"), _place(BAR)))


def _place(part):
    return StrIndex("searched", Value(part))
