"""What a query asks the index for, apart from how a database is asked.

An ``Expression`` is a conjunction: each of its ``clauses`` must be found, none of its
``excluded`` ones. A clause is found where one of its alternatives is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from forum.search_index import analysis
from forum.search_index.analysis import clean, folded_form, stems_of, words_of

#: The shortest beginning that a longer one is cut to: stems end before their words do.
_MIN_CUT_PREFIX = 5


class QueryTerm(NamedTuple):
    """One word that is asked for: its French stems, and its English one.

    ``prefix``: the folded beginning that words may have as well, or nothing.
    """

    stem: str
    folded_stem: str
    english_stem: str
    prefix: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        """The stems of which one is to be found, each once."""
        cut: Iterator[str] = iter(())
        if self.prefix.isalpha():  # No other word is stemmed.
            lengths = range(len(self.prefix) - 1, _MIN_CUT_PREFIX - 1, -1)
            cut = (self.prefix[:length] for length in lengths)
        return tuple(dict.fromkeys((*self[:3], *cut)))


class Alternative(NamedTuple):
    """Words of which all must be found; ``is_phrase``: one after another."""

    terms: tuple[QueryTerm, ...]
    is_phrase: bool = True


#: Alternatives of which one is to be found.
type Clause = tuple[Alternative, ...]


class Expression(NamedTuple):
    """What is to be found: ``required`` of ``clauses`` (None: all), and none ``excluded``.

    Where there are ``sets`` of some of the clauses, one of these instead.
    """

    clauses: tuple[Clause, ...]
    excluded: tuple[Clause, ...] = ()
    required: int | None = None
    sets: tuple[tuple[Clause, ...], ...] = ()

    def conjunctions(self) -> Iterator[tuple[Clause, ...]]:
        """The sets of clauses of which all must be found: one set suffices."""
        if self.sets:
            yield from self.sets
            return
        yield from combinations(self.clauses, self.required or len(self.clauses))

    def written(self, write: Callable[[Clause], str], both: str, either: str) -> str:
        """What is to be found, as an engine writes it: clauses, and what joins them."""
        if self.sets:
            return either.join(_joined(list(map(write, some)), both) for some in self.sets)
        clauses = list(map(write, self.clauses))
        return _at_least(self.required or len(clauses), clauses, both, either)


def _at_least(number: int, clauses: Sequence[str], both: str, either: str) -> str:
    """That ``number`` of ``clauses`` are found: some in one half, the rest in the other.

    For five of ten that is a tenth of what all combinations are, and of their work.
    """
    if number == len(clauses):
        return _joined(clauses, both)
    if number == 1:
        return _joined(clauses, either)
    middle = len(clauses) // 2
    one, other = clauses[:middle], clauses[middle:]
    ways = []
    for first in range(max(0, number - len(other)), min(number, len(one)) + 1):
        parts = [(first, one), (number - first, other)]
        found = [_at_least(some, half, both, either) for some, half in parts if some]
        ways.append(_joined(found, both))
    return _joined(ways, either)


def _joined(parts: Sequence[str], between: str) -> str:
    return "(" + between.join(parts) + ")"


def term(word: str, *, is_prefix: bool = False) -> QueryTerm:
    """What finds ``word``, in lower case, or, if it ``is_prefix``, what begins with it."""
    stem, folded_stem = stems_of(word)
    english_stem = stems_of(word, is_english=True).stem
    return QueryTerm(stem, folded_stem, english_stem, folded_form(word) if is_prefix else "")


def words_clause(text: str, *, is_prefix: bool = False) -> Clause:
    """What finds a word, or words joined by hyphens: one after another, or as one word.

    Empty where there is no word. ``is_prefix``: it is the beginning of a word.
    """
    words = _words(text)
    if len(words) < 2:
        return _alternatives(words, is_prefix)
    return _alternatives(words, is_prefix) + _alternatives(["".join(words)], is_prefix)


def word_clause(word: str) -> Clause:
    """What finds ``word``, as ``words_of`` gives it."""
    return _alternatives([word], is_prefix=False)


def phrase_clause(text: str) -> Clause:
    """What finds the words of ``text`` one after another; empty where it has none."""
    return _alternatives(_words(text), is_prefix=False)


def _words(text: str) -> list[str]:
    return [it.word for it in words_of(clean(text))]


def _alternatives(words: list[str], is_prefix: bool) -> Clause:
    """The words one after another, of which the last may be the beginning of one.

    While documents of a former analysis are searched too, as each of the two gives them.
    """
    last = len(words) - 1
    terms = [term(word, is_prefix=is_prefix and n == last) for n, word in enumerate(words)]
    found = [terms]
    if analysis.FORMER_STEMS is not None:
        former = zip(terms, map(analysis.FORMER_STEMS, words), strict=True)
        found.append([it._replace(stem=a, folded_stem=b) for it, (a, b) in former])
    return tuple(Alternative(tuple(one)) for one in found if one)
