"""The words of a text, as the search index holds them and as queries ask for them.

This is the one place that says when two words are the same for search. Both databases are
given nothing but its results, so that they find the same. A word is kept in two forms,
because no single order of stemming and of taking accents away is enough:

- ``stem``: stemmed as it is written, then folded: *acceptée* and *accepter* meet.
- ``folded_stem``: folded, then stemmed: *chaudière* meets *chaudiere*.

Words that say nothing are left out (``stop_words.py``), and so are elided ones: *l’énergie* is
*énergie*. Numbers have one spelling: *2,4* is *2.4*, *1 000* is *1000*. Stems are those of
Snowball, with what it lacks for this domain: *chauffage* meets *chauffer*, *travaux* meets
*travail*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from string import ascii_lowercase
from typing import NamedTuple

from snowballstemmer import stemmer

from accounts.base.cpu_budget import check_budget
from accounts.base.text import fold
from forum.base.search_index.stop_words import ENGLISH, FRENCH, STOP_WORDS

#: To be raised by whoever changes what a text gives: documents say by which they were made.
VERSION = 1
#: What ``stems_of`` was in the version before, for the release that raises VERSION: queries ask
#: by both until ``manage.py index`` has made all documents anew.
FORMER_STEMS: Callable[[str], Stems] | None = None
#: Characters of a word that are looked at, and of a stem in letters that are no Latin ones.
MAX_LENGTH, _MAX_STEM = 40, 160
#: Characters of a stream: all of any post in Latin letters. PostgreSQL refuses a document with
#: a million, which letters that fold to whole sentences could make.
_MAX_STREAM = 300_000

#: Soft hyphens, marks of direction, and what else stands in words without being seen.
_UNSEEN = re.compile("[\u00ad\u061c\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_WORD = re.compile(
    r"""
    (?<![^\W_])(?P<initials>(?:[^\W\d_]\.){2,}[^\W\d_]?)(?![^\W_])  # P.C.A.E.T.
    | (?<![\d.,])(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+)
      (?:[.,](?P<decimals>\d+)(?![.,]?\d))?                         # 1 000; 2,4
    | \d+
    | [^\W\d_][^\W_]*
    """,
    re.VERBOSE,
)
#: Letters after the first that a plain word may have: folded, each is of a to z.
_PLAIN_LETTERS = "a-zA-Z0-9àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ"
_MAYBE_ENGLISH = re.compile(rf"\b(?:{'|'.join(sorted(ENGLISH))})\b", re.IGNORECASE)
_APOSTROPHES = frozenset("'’ʼ")
_HYPHENS = "-\u2010\u2011"
_ELIDED = frozenset(("c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu"))
_IRREGULAR = {
    "travaux": "travail", "baux": "bail", "vitraux": "vitrail", "emaux": "émail",
    "émaux": "émail", "soupiraux": "soupirail", "vantaux": "vantail",
}  # fmt: skip
#: Stems in *ag* that are of no verb in *er*.
_KEPT_IN_AG = frozenset(("avantag", "personnag", "équipag", "equipag"))
_MIN_STEM_BEFORE_AG = 5
#: A word whose stem is shorter stays as it is, such as *ZAER*.
_MIN_STEM = 3
_FRENCH, _ENGLISH = stemmer("french"), stemmer("english")


class Word(NamedTuple):
    """A word of a text, from ``start`` to ``end`` of ``clean(text)``.

    ``word`` is as written, in lower case. ``follows_hyphen``: whether a hyphen joins it to the
    word before it.
    """

    word: str
    start: int
    end: int
    follows_hyphen: bool = False


class Stems(NamedTuple):
    """The forms of one word: letters from a to z and digits only."""

    stem: str
    folded_stem: str


class Streams(NamedTuple):
    """The stems and the folded stems of a text, in its order, parted by spaces."""

    stems: str = ""
    folded_stems: str = ""


#: Stands between parts of a stream; it is no word to any database.
SEPARATOR = " | "


def clean(text: str) -> str:
    """``text`` composed, without what is not seen: positions of words are in this."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text)).replace("\0", " ")


@lru_cache(1024)
def words_with(initials: str) -> re.Pattern[str]:
    """What finds words as ``words_of`` does, and as one what it passes over, as ``passed``.

    These are plain words that begin with a letter from a to z which is none of ``initials``.
    """
    others = "".join(it for it in ascii_lowercase if it not in initials)
    if not others:
        return _WORD
    word = rf"(?<![^\W_])[{others}{others.upper()}][{_PLAIN_LETTERS}]++(?![^\W_])\W*+"
    return re.compile(rf"(?P<passed>(?:{word})++) | {_WORD.pattern}", re.VERBOSE)


def words_of(
    text: str,
    is_wanted: Callable[[re.Match[str]], object] = bool,
    words: re.Pattern[str] = _WORD,
) -> Iterator[Word]:
    """The words of ``text``, which is clean; ``is_wanted`` leaves out others unread.

    ``words``: what finds them, and what is not wanted (``words_with``).
    """
    end_before = None
    for match in filter(is_wanted, words.finditer(text)):
        word, (start, end) = match[0].casefold(), match.span()
        if match.lastgroup is not None:
            word = _without_points(match)
        elif word in _ELIDED and text[end : end + 1] in _APOSTROPHES:
            continue
        elif len(word) == 1 and text[start - 1 : start] in _APOSTROPHES:
            continue  # *territory’s*
        if not _is_stop_word(word[:MAX_LENGTH]):  # What is asked is kept in the process.
            follows_hyphen = start - 1 == end_before and text[end_before] in _HYPHENS
            yield Word(word[:MAX_LENGTH], start, end, follows_hyphen)
            end_before = end


def _without_points(match: re.Match[str]) -> str:
    """Initials in one word; a number without spaces, its decimals after a *v*."""
    if match.lastgroup == "initials":
        return match[0].casefold().replace(".", "")
    decimals = (match["decimals"] or "").rstrip("0")
    return re.sub(r"\D", "", match["number"]) + (f"v{decimals}" if decimals else "")


@lru_cache(65_536)
def _is_stop_word(word: str) -> bool:
    return fold(word) in STOP_WORDS


@lru_cache(65_536)
def stems_of(word: str, *, is_english: bool = False) -> Stems:
    """The forms of ``word``, in lower case, in French or in English."""
    if word.isascii() and not word.isalpha():
        return Stems(word, word)
    if is_english:
        stem = folded_form(_ENGLISH.stemWord(fold(word)))
        return Stems(stem, stem)
    word = _IRREGULAR.get(word, word)
    return Stems(folded_form(_stem(word)), folded_form(_stem(fold(word))))


def folded_form(word: str) -> str:
    """``word`` folded, in letters and digits that both databases read as one word."""
    folded = fold(word)
    if folded.isascii() and folded.isalnum():
        return folded
    return ("x" + folded.encode().hex())[:_MAX_STEM]


def streams_of(text: str) -> Streams:
    """What the index holds of ``text``.

    English texts are stemmed as English. Words joined by a hyphen are there one by one and, at
    the end, joined: *photo-voltaïque* is found by *photovoltaïque*.
    """
    check_budget()
    text = clean(text)
    words = list(words_of(text))
    in_english = is_english(text)
    joined = [
        before.word + word.word
        for before, word in zip(words, words[1:], strict=False)
        if word.follows_hyphen
    ]
    forms = [
        stems_of(word, is_english=in_english) for word in [*(it.word for it in words), *joined]
    ]
    if not forms:
        return Streams()
    streams = map(" ".join, zip(*forms, strict=True))
    return Streams(
        *(
            it if len(it) <= _MAX_STREAM else it[:_MAX_STREAM].rpartition(" ")[0]
            for it in streams
        )
    )


def is_english(text: str) -> bool:
    """Whether ``text`` begins with more of the little words of English than of French."""
    beginning = text[:2000]
    if not _MAYBE_ENGLISH.search(beginning):
        return False
    little = re.findall(r"[a-z]+", beginning.casefold())
    return sum(word in ENGLISH for word in little) > sum(word in FRENCH for word in little)


def _stem(word: str) -> str:
    stem: str = _FRENCH.stemWord(word)
    if len(stem) < _MIN_STEM:
        return word
    is_long = len(stem) >= _MIN_STEM_BEFORE_AG + len("ag")
    return stem[:-2] if stem.endswith("ag") and is_long and stem not in _KEPT_IN_AG else stem
