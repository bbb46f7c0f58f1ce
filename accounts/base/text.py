"""Folding of words, so that accents, case and apostrophes never divide the same word."""

import re
import unicodedata

_SPELLINGS = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "œ": "oe", "æ": "ae"})


def fold(words):
    """``words`` without accents, case or typographic variants, single-spaced.

    >>> fold("L’Éolien  du Mené")
    "l'eolien du mene"
    """
    plain = unicodedata.normalize("NFKD", words.casefold().translate(_SPELLINGS))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", kept).strip()
