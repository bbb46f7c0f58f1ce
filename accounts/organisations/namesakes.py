"""Which names may be the same organisation's: those alike without words that many share.

A name says what its organisation is (*commune*, *syndicat mixte*), where the landscape lies
(*val*, *haut*, *Bretagne*), and what tells it from others. Two names resemble each other where
what tells one of them apart is in the other, or where all of it is spelled almost alike.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

#: Words that say what an organisation is, and small words.
_TYPE_WORDS = {
    "agence", "agglo", "agglomeration", "amis", "association", "associations", "ca", "cc",
    "chambre", "citoyenne", "citoyennes", "club", "collectif", "college", "comite",
    "communaute", "commune", "communes", "conseil", "consortium", "cooperative",
    "cooperatives", "cu", "delegation", "departement", "departemental", "departementale",
    "direction", "energie", "energies", "entreprise", "epci", "etablissement",
    "federation", "fondation", "groupement", "institut", "intercom", "intercommunal",
    "intercommunale", "intercommunalite", "locale", "locales", "mairie", "metropole",
    "mixte", "municipale", "municipalite", "national", "nationale", "naturel", "office",
    "parc", "petr", "pnr", "pole", "public", "regie", "region", "regional", "regionale",
    "renouvelable", "renouvelables", "reseau", "sarl", "sas", "scic", "scop", "sem",
    "service", "societe", "syndicale", "syndicat", "territoire", "territoires",
    "territorial", "union", "urbaine", "ville", "villes",
}  # fmt: skip
#: Those that say what an organisation is about, or whose: together they may be a name.
_BROAD_WORDS = {
    "amis", "citoyenne", "citoyennes", "cooperatives", "energie", "energies", "national",
    "nationale", "renouvelable", "renouvelables", "territoire", "territoires", "union",
    "villes",
}  # fmt: skip
_STOP_WORDS = {
    "a", "au", "aux", "d", "de", "des", "du", "en", "entre", "et", "l", "la", "le", "les",
    "lez", "pres", "saint", "sainte", "saints", "sous", "st", "ste", "sur",
}  # fmt: skip
#: Words that stand in five or more names of the official list of groupings: alone they tell
#: nothing apart. The tests count them.
COMMON_WORDS = {
    "allier", "alpes", "ardeche", "armagnac", "atlantique", "aubrac", "bassin", "bearn",
    "berry", "bocage", "bresse", "bretagne", "brie", "causses", "caux", "centre",
    "cevennes", "champagne", "coeur", "cote", "coteaux", "creuse", "deux", "doubs", "est",
    "estuaire", "forets", "france", "garonne", "gascogne", "gorges", "grand", "haut",
    "haute", "hautes", "ile", "jura", "lacs", "limousin", "loire", "lot", "marche",
    "mediterranee", "mer", "meuse", "mont", "montagne", "monts", "morvan", "moselle",
    "nord", "normandie", "oise", "orne", "ouest", "paris", "pays", "perche", "perigord",
    "plaine", "plateau", "porte", "portes", "provence", "pyrenees", "quercy", "rhone",
    "rives", "rivieres", "saone", "sarthe", "seine", "sologne", "somme", "sources", "sud",
    "tarn", "terre", "terres", "touraine", "trois", "val", "vallee", "vallees", "vallons",
    "verdon", "vexin", "vienne", "vosges",
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
#: Letters from which on a word may be misspelled by one; and the closeness of whole names, of
#: 100, from which on they may be misspelled in more places.
_MIN_MISSPELLED, _MIN_CLOSENESS = 5, 88


class Name(NamedTuple):
    """The words of a name without those of its type, and those that tell it apart.

    ``broad`` are its words with those that say what it is about.
    """

    words: tuple[str, ...]
    telling: tuple[str, ...]
    broad: tuple[str, ...]


@lru_cache(8192)
def parse_name(folded_name: str) -> Name:
    """The words of a name that is folded already."""
    words = [word for word in _WORD.findall(folded_name) if word not in _STOP_WORDS]
    broad = [word for word in words if word not in _TYPE_WORDS - _BROAD_WORDS]
    words = [word for word in words if word not in _TYPE_WORDS]
    telling = (word for word in words if word not in COMMON_WORDS and len(word) > 1)
    return Name(tuple(words), tuple(telling), tuple(broad))


def is_generic(folded_name: str) -> bool:
    """Whether a name says what the organisation is and no more: *commune*, *la mairie*."""
    words = _WORD.findall(folded_name)
    return bool(words) and {*words} <= (_TYPE_WORDS - _BROAD_WORDS) | _STOP_WORDS


def is_namesake(name: str, other: str) -> bool:
    """Whether these folded names may be the same organisation's."""
    first, second = parse_name(name), parse_name(other)
    if not (first.words and second.words):
        return name == other or _are_about_the_same(first.broad, second.broad)
    if _stands_in(first.words, second.words) and _stands_in(second.words, first.words):
        return True
    if closeness(name, other) >= _MIN_CLOSENESS:
        return True
    fewer, more = sorted((first.telling, second.telling), key=len)
    return bool(fewer) and _stands_in(fewer, more)


def _are_about_the_same(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether names are alike of which one says no more than what it is about.

    One word is in many names: two are needed where the other name says more.
    """
    if _stands_in(words, others) and _stands_in(others, words):
        return bool(words and others)
    fewer, more = sorted((words, others), key=len)
    return len(fewer) > 1 and _stands_in(fewer, more)


def closeness(name: str, other: str) -> float:
    """How alike the names are spelled but for their types, from 0 to 100."""
    return fuzz.ratio(" ".join(parse_name(name).words), " ".join(parse_name(other).words))


def _stands_in(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether each of ``words`` is one of ``others``, give or take a letter."""
    return all(any(_is_same_word(word, other) for other in others) for word in words)


def _is_same_word(word: str, other: str) -> bool:
    if word == other:
        return True
    if word[0] != other[0] or min(len(word), len(other)) < _MIN_MISSPELLED:
        return False
    return OSA.distance(word, other, score_cutoff=1) <= 1
