"""How a territory is found by its name, however that is typed.

A key is all the words a territory may be looked for by, each after a space, so that « a word
begins like this » is one plain LIKE on every database. What an apostrophe parts stands both
split and joined (*d ille*, *dille*; *presqu ile*, *presquile*); Saint, Sainte, St and Ste are
one word in four spellings.
"""

import re

from accounts.base.text import fold

_SAINTS = {"st", "ste", "sts", "stes", "saint", "sainte", "saints", "saintes"}
_SAINT_SPELLINGS = ("saint", "sainte", "st", "ste")
_APOSTROPHE = re.compile(r"(?<=[a-z0-9])'(?=[a-z0-9])")
#: What stands before the name proper: *CC du*, *Métropole d’*…
_TYPE_PREFIX = re.compile(
    r"^(?:(?:cc|ca|cu|pays|petr|pnr|metropole|commune|communaute|syndicat)\b\s*(?:"
    r"de communes\b|d agglomeration\b|urbaine\b|naturel regional\b)?\s*"
    r"(?:de l\b|de la\b|du\b|des\b|de\b|d\b|l\b)?\s*)(?=\w)"
)
#: Joining words: which one a name has, nobody remembers.
_STOP_WORDS = {"d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"}
#: What parts the names of a territory from those of its departments in a key.
PLACE_SEPARATOR = "|"
#: Words that are looked for, and characters read of what is typed.
MAX_WORDS, MAX_QUERY_LENGTH = 8, 200


def search_words(typed):
    """The words of ``typed`` that are looked for: folded, letters and figures only.

    Joining words count only while nothing else is typed or they are still being typed.
    """
    words = _tokens(typed[:MAX_QUERY_LENGTH])[:MAX_WORDS]
    telling = [word for word in words[:-1] if word not in _STOP_WORDS]
    return telling + words[-1:]


def search_phrases(typed):
    """How the key of a name that begins with ``typed`` begins: as typed, or the name proper."""
    return {
        _canonical_phrase(typed[:MAX_QUERY_LENGTH]),
        _canonical_phrase(_without_type_prefix(typed[:MAX_QUERY_LENGTH])),
    } - {""}


def build_key(names, places=()):
    """The key of a territory: the first of ``names`` proper, the others, then ``places``.

    A bar stands before the words of places, since who types « Ille » means the name first.
    """
    first = [_canonical(word) for word in _tokens(_without_type_prefix(names[0]))]
    rest = [word for word in _all_spellings(names) if word not in first]
    around = [word for word in _all_spellings(places) if word not in {*first, *rest}]
    return "".join(f" {word}" for word in [*first, *rest, PLACE_SEPARATOR, *around])


def _all_spellings(texts):
    """Every word of ``texts`` in every spelling, once, in order."""
    said = [word for text in texts for word in [*_tokens(text), *_joined_tokens(text)]]
    return dict.fromkeys(other for word in said for other in _spellings(word))


def _canonical_phrase(text):
    *words, last = _tokens(text)[:MAX_WORDS] or [""]
    return " ".join([*map(_canonical, words), last])


def _tokens(text):
    return re.findall(r"[a-z0-9]+", fold(text))


def _joined_tokens(text):
    """The words of ``text``; what an apostrophe parts is one."""
    return _tokens(_APOSTROPHE.sub("", fold(text)))


def _without_type_prefix(name):
    """``name`` without what says of which kind it is."""
    plain = " ".join(_tokens(name))
    return _TYPE_PREFIX.sub("", plain, count=1)


def _canonical(word):
    return "saint" if word in _SAINTS else word


def _spellings(word):
    return (*_SAINT_SPELLINGS, word) if word in _SAINTS else (word,)
