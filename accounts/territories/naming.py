"""How a territory is found by its name, however that is typed.

A key is all the words a territory may be looked for by, each after a space, so that « a word
begins like this » is one plain LIKE on every database. What an apostrophe parts stands both
split and joined (*d ille*, *dille*; *presqu ile*, *presquile*); Saint, Sainte, St and Ste are
one word in four spellings.
"""

import re

from accounts.text import fold

_SAINTS = {"st", "ste", "sts", "stes", "saint", "sainte", "saints", "saintes"}
_SPELLED = ("saint", "sainte", "st", "ste")
_APOSTROPHE = re.compile(r"(?<=[a-z0-9])'(?=[a-z0-9])")
#: What stands before the name proper: *CC du*, *Métropole d’*…
_FOREWORD = re.compile(
    r"^(?:(?:cc|ca|cu|pays|petr|pnr|metropole|commune|communaute|syndicat)\b\s*(?:"
    r"de communes\b|d agglomeration\b|urbaine\b|naturel regional\b)?\s*"
    r"(?:de l\b|de la\b|du\b|des\b|de\b|d\b|l\b)?\s*)(?=\w)"
)
#: Joining words: which one a name has, nobody remembers.
_JOINING = {"d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"}
#: What parts the names of a territory from those of its departments in a key.
BAR = "|"
#: Words that are looked for, and characters read of what is typed.
MOST_WORDS, LONGEST = 8, 200


def words_of(typed):
    """The words of ``typed`` that are looked for: folded, letters and figures only.

    Joining words count only while nothing else is typed or they are still being typed.
    """
    words = _split(typed[:LONGEST])[:MOST_WORDS]
    telling = [word for word in words[:-1] if word not in _JOINING]
    return telling + words[-1:]


def phrases_of(typed):
    """How the key of a name that begins with ``typed`` begins: as typed, or the name proper."""
    return {_phrase(typed[:LONGEST]), _phrase(_proper(typed[:LONGEST]))} - {""}


def key_of(names, places=()):
    """The key of a territory: the first of ``names`` proper, the others, then ``places``.

    A bar stands before the words of places, since who types « Ille » means the name first.
    """
    first = [_one(word) for word in _split(_proper(names[0]))]
    rest = [word for word in _all(names) if word not in first]
    around = [word for word in _all(places) if word not in {*first, *rest}]
    return "".join(f" {word}" for word in [*first, *rest, BAR, *around])


def _all(texts):
    """Every word of ``texts`` in every spelling, once, in order."""
    said = [word for text in texts for word in [*_split(text), *_joined(text)]]
    return dict.fromkeys(other for word in said for other in _spellings(word))


def _phrase(text):
    *words, last = _split(text)[:MOST_WORDS] or [""]
    return " ".join([*map(_one, words), last])


def _split(text):
    return re.findall(r"[a-z0-9]+", fold(text))


def _joined(text):
    """The words of ``text``; what an apostrophe parts is one."""
    return _split(_APOSTROPHE.sub("", fold(text)))


def _proper(name):
    """``name`` without what says of which kind it is."""
    plain = " ".join(_split(name))
    return _FOREWORD.sub("", plain, count=1)


def _one(word):
    return "saint" if word in _SAINTS else word


def _spellings(word):
    return (*_SPELLED, word) if word in _SAINTS else (word,)
