"""Folding: texts that differ in accents, case or apostrophes only become the same."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

from django.utils.text import slugify

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SPELLINGS = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "œ": "oe", "æ": "ae"})


def fold(words: str) -> str:
    """``words`` in lower case, without accents or typographic variants, single-spaced.

    >>> fold("L’Éolien  du Mené")
    "l'eolien du mene"
    """
    plain = words.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(_SPELLINGS))
        plain = "".join(filterfalse(unicodedata.combining, plain))
    return " ".join(plain.split())


@lru_cache(4096)
def slug_of(words: str) -> str:
    """``words`` as part of a URL.

    >>> slug_of("L’Éolien  du Mené")
    'l-eolien-du-mene'
    """
    return slugify(fold(words).replace("'", " "))


def one_line(text: str) -> str:
    """``text`` on one line; its no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def printable_line(text: str, length: int) -> str:
    """``text``, as far as ``length``, on one line of printable characters.

    Others are as good as a space.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text[:length]).split())


def without_controls(text: str) -> str:
    """``text`` without characters that neither databases nor XML take; lines and tabs stay."""
    return _CONTROLS.sub("", text)


def excerpt(text: str, length: int) -> str:
    """The beginning of ``text``, ``length`` characters at most, as far as the end of a word."""
    if len(text) <= length:
        return text
    return text[:length].rpartition(" ")[0].rstrip(" ,;:–\u00a0\u202f") + "…"
