"""Search keys of territories, and the words of a query.

A key holds all the words by which a territory is searched, each after a space, so that "a
word begins with this" is a plain LIKE on every database. Words with an apostrophe are in it
both split and joined (*d ille*, *dille*); Saint, Sainte, St and Ste count as one word.
"""

import re
from functools import lru_cache

from accounts.base.text import fold

_SAINTS = {"st", "ste", "sts", "stes", "saint", "sainte", "saints", "saintes"}
_SAINT_SPELLINGS = ("saint", "sainte", "st", "ste")
_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHE = re.compile(r"(?<=[a-z0-9])'(?=[a-z0-9])")
#: The words of the type before the name itself: *CC du*, *Métropole d’*…
_TYPE_PREFIX = re.compile(
    r"^(?:(?:cc|ca|cu|pays|petr|pnr|metropole|commune|communaute|syndicat)\b\s*+(?:"
    r"de communes\b|d agglomeration\b|urbaine\b|naturel regional\b)?\s*+"
    r"(?:de l\b|de la\b|du\b|des\b|de\b|d\b|l\b)?\s*+)(?=\w)"
)
#: Articles and prepositions, which people mix up.
_STOP_WORDS = {"d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"}
#: Separates the names of a territory from those of its departments in a key.
PLACE_SEPARATOR = "|"
#: How many words of a query are searched, and how many of its characters are read.
MAX_WORDS, MAX_QUERY_LENGTH = 8, 200


def search_words(typed):
    """The words of ``typed`` to search: folded, letters and digits only.

    Stop words are left out, except as the last word, which may not be complete.
    """
    words = _tokens(typed[:MAX_QUERY_LENGTH])[:MAX_WORDS]
    telling = [word for word in words[:-1] if word not in _STOP_WORDS]
    return telling + words[-1:]


def search_phrases(typed):
    """How keys of names that begin with ``typed`` begin: as typed, or without the type."""
    return {
        _canonical_phrase(typed[:MAX_QUERY_LENGTH]),
        _canonical_phrase(_without_type_prefix(typed[:MAX_QUERY_LENGTH])),
    } - {""}


def build_key(names, place_names=()):
    """The key of a territory: its first name without its type, the others, ``place_names``.

    PLACE_SEPARATOR stands before the words of places, which rank lower.
    """
    first = [_canonical(word) for word in _tokens(_without_type_prefix(names[0]))]
    seen = set(first)
    rest = [word for word in _all_spellings(names) if word not in seen]
    seen.update(rest)
    around = [word for word in _all_spellings(place_names) if word not in seen]
    return "".join(f" {word}" for word in [*first, *rest, PLACE_SEPARATOR, *around])


def _all_spellings(texts):
    """All words of ``texts`` in all spellings, each once, in order."""
    words = [word for text in texts for word in _split_and_joined(text)]
    return dict.fromkeys(other for word in words for other in _spellings(word))


@lru_cache(256)  # The departments' names come again for each of their territories.
def _split_and_joined(text):
    """The words of ``text``, split at apostrophes and then joined at them."""
    folded = fold(text)
    return (*_WORD.findall(folded), *_WORD.findall(_APOSTROPHE.sub("", folded)))


def _canonical_phrase(text):
    *words, last = _tokens(text)[:MAX_WORDS] or [""]
    return " ".join([*map(_canonical, words), last])


def _tokens(text):
    return _WORD.findall(fold(text))


def _without_type_prefix(name):
    """``name`` without the words of its type."""
    plain = " ".join(_tokens(name))
    return _TYPE_PREFIX.sub("", plain, count=1)


def _canonical(word):
    return "saint" if word in _SAINTS else word


def _spellings(word):
    return (*_SAINT_SPELLINGS, word) if word in _SAINTS else (word,)
