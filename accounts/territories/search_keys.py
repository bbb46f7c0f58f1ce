"""Search keys of territories, and the words of a query.

A key holds all the words by which a territory is searched, each after a space, so that "a
word begins with this" is a plain LIKE on every database. Words with an apostrophe are in it
both split and joined (*d ille*, *dille*); Saint, Sainte, St and Ste count as one word.

Communes are many: one is found by the first or the last word of its name, as in
*Charleville-Mézières*, whose letters are indexed.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from accounts.base.text import fold

_SAINTS = {"st", "ste", "sts", "stes", "saint", "sainte", "saints", "saintes"}
_SAINT_SPELLINGS = ("saint", "sainte", "st", "ste")
_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHE = re.compile(r"(?<=[a-z0-9])'(?=[a-z0-9])")
#: The words of the type before the name itself: *CC du*, *Métropole d’*, *Ville de*…
_TYPE_PREFIX = re.compile(
    r"^(?:(?:cc|ca|cu|pays|petr|pnr|metropole|commune|ville|mairie|communaute|syndicat)\b\s*+"
    r"(?:de communes\b|d agglomeration\b|urbaine\b|naturel regional\b|nouvelle\b)?\s*+"
    r"(?:de l\b|de la\b|du\b|des\b|de\b|d\b|l\b)?\s*+)(?=\w)"
)
#: The words that say that a commune is one.
_COMMUNE_PREFIX = re.compile(
    r"^(?:commune|ville|mairie)(?: nouvelle)? (?:de la|de l|du|des|de|d) (?=\w)"
)
#: The number of a department, before or after a name: *Saint-Sauveur (38)*.
_DEPARTMENT = re.compile(r"^\d[\dab]?\d?\s+(?=\w)|(?<=\w)\W+\d[\dab]?\d?\)?$")
_ARTICLE = re.compile(r"^(?:la|le|les|l) (?=\w)")
#: Articles and prepositions, which people mix up.
_STOP_WORDS = {"d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"}
#: Separates the names of a territory from those of its departments in a key.
PLACE_SEPARATOR = "|"
#: How many words of a query are searched, and how many of its characters are read.
MAX_WORDS, MAX_QUERY_LENGTH = 8, 200
#: Letters of the first word of a name that are indexed, and how many beginnings a query has.
PREFIX_LENGTH, MAX_PREFIXES = 3, 4


def search_words(typed: str) -> list[str]:
    """The words of ``typed`` to search: folded, letters and digits only.

    Stop words are left out, except as the last word, which may not be complete; so is that
    it is a commune.
    """
    plain = " ".join(_tokens(typed[:MAX_QUERY_LENGTH]))
    words = _COMMUNE_PREFIX.sub("", plain).split()[:MAX_WORDS]
    telling = [word for word in words[:-1] if word not in _STOP_WORDS]
    return telling + words[-1:]


def names_commune(name: str) -> bool:
    """Whether ``name`` says that it is that of a commune: *Commune de*, *Ville de*…"""
    return _COMMUNE_PREFIX.match(" ".join(_tokens(name))) is not None


def search_phrases(typed: str) -> set[str]:
    """How keys of names that begin with ``typed`` begin: as typed, or without the type.

    The number of a department is no part of them.
    """
    name = without_department(typed)
    return {_canonical_phrase(name), _canonical_phrase(_without_type_prefix(name))} - {""}


def without_department(typed: str) -> str:
    """``typed``, folded, without the number of a department before or after it."""
    return _DEPARTMENT.sub("", fold(typed[:MAX_QUERY_LENGTH]).strip())


def search_prefixes(typed: str) -> set[str]:
    """How keys of communes begin that ``typed`` may mean, MAX_PREFIXES at most."""
    begun = search_phrases(typed)
    joined = [phrase[1:] for phrase in begun if phrase[0] == "l" and phrase.find(" ") != 1]
    return {_prefix_of(phrase.split()) for phrase in [*begun, *joined]}


def build_prefixes(name: str) -> tuple[str, str]:
    """The first letters of the first and the last word of a commune's ``name``, indexed."""
    words = [_canonical(word) for word in _without_article(name).split()]
    return _prefix_of(words), _prefix_of(words[-1:])


def _prefix_of(words: list[str]) -> str:
    """Those of the first word, the end of a short one marked.

    A ninth of all communes are called Saint: of these the letters of the next word count.
    """
    word, *rest = words or [""]
    if word == "saint" and rest:
        word = f"s{rest[0]}"
    return f"{word} {PLACE_SEPARATOR}"[:PREFIX_LENGTH]


def build_key(
    names: Sequence[str], place_names: Iterable[str] = (), *, is_commune: bool = False
) -> str:
    """The key of a territory: its first name without its type, the others, ``place_names``.

    The name of an official commune has no type in it. PLACE_SEPARATOR stands before the words
    of places, which rank lower.
    """
    name = names[0] if is_commune else _without_type_prefix(names[0])
    first = [_canonical(word) for word in _without_article(name).split()]
    seen = set(first)
    rest = [word for word in _all_spellings(names) if word not in seen]
    seen.update(rest)
    around = [word for word in _all_spellings(place_names) if word not in seen]
    return "".join(f" {word}" for word in [*first, *rest, PLACE_SEPARATOR, *around])


def _all_spellings(texts: Iterable[str]) -> dict[str, None]:
    """All words of ``texts`` in all spellings, each once, in order."""
    words = [word for text in texts for word in _split_and_joined(text)]
    return dict.fromkeys(other for word in words for other in _spellings(word))


@lru_cache(256)  # The departments' names come again for each of their territories.
def _split_and_joined(text: str) -> tuple[str, ...]:
    """The words of ``text``, split at apostrophes and then joined at them."""
    folded = fold(text)
    return (*_WORD.findall(folded), *_WORD.findall(_APOSTROPHE.sub("", folded)))


def _canonical_phrase(text: str) -> str:
    *words, last = _without_article(text).split()[:MAX_WORDS] or [""]
    return " ".join([*map(_canonical, words), last])


def _tokens(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _without_type_prefix(name: str) -> str:
    """``name`` without the words of its type."""
    plain = " ".join(_tokens(name))
    return _TYPE_PREFIX.sub("", plain, count=1)


def _without_article(name: str) -> str:
    """``name`` in plain words, without the article before it."""
    return _ARTICLE.sub("", " ".join(_tokens(name)), count=1)


def _canonical(word: str) -> str:
    return "saint" if word in _SAINTS else word


def _spellings(word: str) -> tuple[str, ...]:
    return (*_SAINT_SPELLINGS, word) if word in _SAINTS else (word,)
