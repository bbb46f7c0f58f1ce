"""Texts as people see them; folded, those that differ in accents or case become the same."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

from django.utils.text import slugify

#: Spaces, ends of lines and control characters.
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
#: What programs tell a terminal to do (ECMA-48), and what turns the direction of writing.
_DISPLAY_CONTROLS = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|[\x1b\x9b\u202a-\u202e\u2066-\u2069]"
)
#: Spaces of French: the narrow one before ``; ? !``; the wide one before ``: »`` and after «.
_BEFORE_SIGN = re.compile(r"(?<=\S) (?=[;?!]+(?:\s|$|[)»”\"]))")
_BEFORE_COLON = re.compile(r"(?<=\S) (?=(?::|»)(?:\s|$|[).,;?!]))|(?<=«) (?=\S)")
#: Between a number and its unit.
_BEFORE_UNIT = re.compile(
    r"(?<=\d) (?=(?:%|‰|°C|[kMG]?€|[kMGT]?Wh?c?|k?VA?|k?V|[kcm]?m[²³23]?|ha|k?g|t|h|min|hl|[Ll]"
    r"|dB|[kMG]o|Hz|ppm)(?![\w’'-]))"
)
#: A number of thousands, in groups of three digits.
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_SPELLINGS = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "œ": "oe", "æ": "ae"})
#: Signs and emoji, which a joiner or a variant selector may follow.
_SIGN = "\u20e3\u2122-\u27ff\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
#: What shows nothing, or turns the direction of what follows, but within an emoji.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    f"\U000e0000-\U000e0fff]|(?<![{_SIGN}])\ufe0f|(?<![{_SIGN}\ufe0f])\u200d|\u200d(?![{_SIGN}])"
)
#: Letters of other alphabets that look like Latin ones.
_LOOKALIKES = str.maketrans(
    "аеорсухіѕјһԁԛԝӏёїАВЕКМНОРСТУХІЅЈԚԜЁЇαιονρυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսհɑɡ",
    "aeopcyxisjhdqwlëïABEKMHOPCTYXISJQWËÏaiovpukABEZHIKMNOPTYXouhag",
)
_LOOKALIKE = re.compile(f"[{''.join(map(chr, _LOOKALIKES))}]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
#: A word of two letters or more, all of them Latin or like Latin ones.
_LATIN_WORD = re.compile(
    f"(?<!\\w)[{''.join(map(chr, _LOOKALIKES))}A-Za-z\u00c0-\u024f]{{2,}}(?!\\w)"
)


def fold(words: str) -> str:
    """``words`` in lower case, without accents or typographic variants, single-spaced.

    >>> fold("L’Éolien  du Mené")
    "l'eolien du mene"
    """
    plain = words.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize(
            "NFKD", as_seen(str(words)).casefold().translate(_SPELLINGS)
        )
        plain = "".join(filterfalse(unicodedata.combining, plain.casefold()))
    return " ".join(plain.split())


def as_seen(text: str) -> str:
    """``text`` without characters that nobody sees, in letters of one alphabet a word.

    So that two names that look the same are the same. Among Latin words, one that is written
    with letters like Latin ones is Latin; words of another alphabet stay.

    >>> as_seen("Luc\\u0456e\\u202e Hoa\\u200brau")
    'Lucie Hoarau'
    """
    if text.isascii() or _is_western(text):
        return text
    seen = _UNSEEN.sub("", text)
    if not _LOOKALIKE.search(seen) or not _LATIN.search(seen):
        return seen
    return _LATIN_WORD.sub(lambda word: word[0].translate(_LOOKALIKES), seen)


def _is_western(text: str) -> bool:
    """Whether it is in Windows-1252, as French is: all is seen, no letter is like another.

    To ask this costs a tenth of looking for what is not seen.
    """
    try:
        text.replace("\u202f", " ").encode("cp1252")
    except UnicodeEncodeError:
        return False
    return "\u00ad" not in text


@lru_cache(4096)
def slug_of(words: str) -> str:
    """``words`` as part of a URL.

    >>> slug_of("L’Éolien  du Mené")
    'l-eolien-du-mene'
    """
    return slugify(fold(words).replace("'", " "))


def one_line(text: str) -> str:
    """``text`` as it is seen, on one line without control characters.

    Its no-break spaces stay.
    """
    line = as_seen(text)
    if "  " in line or not line.isprintable():
        line = _BREAKS.sub(" ", line)
    return line.strip()


def with_no_break_spaces(text: str) -> str:
    """``text`` whose spaces of French punctuation, in and after numbers, break no line.

    Only spaces that were typed: what is written without any, as in English, stays.

    >>> with_no_break_spaces("« Où en est-on ? » : rien !")
    '«\\xa0Où en est-on\\u202f?\\xa0»\\xa0: rien\\u202f!'
    >>> with_no_break_spaces("Gagner 25 % avec 12 MW")
    'Gagner 25\\xa0% avec 12\\xa0MW'
    >>> with_no_break_spaces("14 000 habitants en 2024 150 fois")
    '14\\u202f000 habitants en 2024 150 fois'
    """
    text = _BEFORE_SIGN.sub("\u202f", text)
    text = _THOUSANDS.sub(lambda number: number[0].replace(" ", "\u202f"), text)
    return _BEFORE_UNIT.sub("\u00a0", _BEFORE_COLON.sub("\u00a0", text))


def printable_line(text: str, length: int) -> str:
    """``text``, as far as ``length``, on one line of printable characters.

    Others are as good as a space.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text[:length]).split())


def without_controls(text: str) -> str:
    """``text`` without characters that neither databases nor XML take; lines and tabs stay."""
    return _CONTROLS.sub("", text)


def without_display_controls(text: str) -> str:
    """``text`` without characters that change how others are shown, in a terminal or a page."""
    return _DISPLAY_CONTROLS.sub("", text)


def excerpt(text: str, length: int) -> str:
    """The beginning of ``text``, ``length`` characters at most, as far as the end of a word."""
    if len(text) <= length:
        return text
    return text[:length].rpartition(" ")[0].rstrip(" ,;:–\u00a0\u202f") + "…"
