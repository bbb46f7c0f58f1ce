"""Folding: texts that differ in accents, case or apostrophes only become the same."""

import re
import unicodedata
from functools import lru_cache

from django.utils.text import slugify

_SPELLINGS = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "œ": "oe", "æ": "ae"})


def fold(words: str) -> str:
    """``words`` in lower case, without accents or typographic variants, single-spaced.

    >>> fold("L’Éolien  du Mené")
    "l'eolien du mene"
    """
    plain = unicodedata.normalize("NFKD", words.casefold().translate(_SPELLINGS))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", kept).strip()


@lru_cache(4096)
def slug_of(words: str) -> str:
    """``words`` as part of a URL.

    >>> slug_of("L’Éolien  du Mené")
    "l-eolien-du-mene"
    """
    return slugify(fold(words).replace("'", " "))
