"""Folding: texts that differ in accents, case or apostrophes only become the same."""

import re
import unicodedata

_SPELLINGS = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "œ": "oe", "æ": "ae"})


def fold(words: str) -> str:
    """``words`` in lower case, without accents or typographic variants, single-spaced.

    >>> fold("L’Éolien  du Mené")
    "l'eolien du mene"
    """
    plain = unicodedata.normalize("NFKD", words.casefold().translate(_SPELLINGS))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", kept).strip()
