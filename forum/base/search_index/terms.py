"""What a query asks the index for, apart from how a database is asked.

An ``Expression`` is a conjunction: each of its ``clauses`` must be found, none of its
``excluded`` ones. A clause is found where one of its alternatives is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from forum.base.search_index import analysis
from forum.base.search_index.analysis import clean, folded_form, stems_of, words_of

#: The shortest beginning that a longer one is cut to: stems end before their words do.
_MIN_CUT_PREFIX = 5


@dataclass(frozen=True)
class QueryTerm:
    """One word that is asked for: its French stems, and its English one.

    ``prefix``: the folded beginning that words may have as well, or nothing.
    """

    stem: str
    folded_stem: str
    english_stem: str
    prefix: str = ""

    @property
    def stems(self) -> tuple[str, ...]:
        """Those of the word as it was typed."""
        return self.stem, self.folded_stem, self.english_stem

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The stems of which one is to be found, each once."""
        cut: list[str] = []
        if self.prefix.isalpha():  # No other word is stemmed.
            lengths = range(len(self.prefix) - 1, _MIN_CUT_PREFIX - 1, -1)
            cut = [self.prefix[:length] for length in lengths]
        return tuple(dict.fromkeys((*self.stems, *cut)))

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """What a text has that has the word, where all its stems stand between spaces."""
        begun = (f" {self.prefix}",) if self.prefix else ()
        return (*(f" {form} " for form in self.forms), *begun)


class Phrase(NamedTuple):
    """Stems that stand one after another, and then the beginning of a word, or nothing.

    ``is_folded``: in which of the two forms of a text they are looked for.
    """

    stems: tuple[str, ...]
    prefix: str
    is_folded: bool

    @property
    def needle(self) -> str:
        """What a text has that has the phrase, where all its stems stand between spaces."""
        return f" {' '.join(self.stems)} {self.prefix}"


@dataclass(frozen=True)
class Alternative:
    """Words of which all must be found; ``is_ordered``: one after another.

    ``weight``: how much they count beside what was typed, whose weight is 1.
    """

    terms: tuple[QueryTerm, ...]
    is_ordered: bool = True
    weight: float = 1.0

    @cached_property
    def needed(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Needles, of which a text with its words has one of each group.

        Before each stands what it is without spaces: that is looked for faster.
        """
        groups = [term.needles for term in self.terms]
        if self.phrases:
            groups = [tuple(dict.fromkeys(phrase.needle for phrase in self.phrases))]
        return tuple(tuple((it.strip(), it) for it in group) for group in groups)

    @cached_property
    def phrase_needles(self) -> tuple[tuple[str, bool], ...]:
        """What a text has that has one of its phrases, and whether its folded form does."""
        return tuple((phrase.needle, phrase.is_folded) for phrase in self.phrases)

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases of which one must be found; none where words may stand anywhere."""
        if len(self.terms) == 1 or not self.is_ordered:
            return ()
        *_before, last = self.terms
        phrases = []
        for name in ("stem", "folded_stem", "english_stem"):
            stems = tuple(getattr(term, name) for term in self.terms)
            whole = stems[:-1] if last.prefix else stems
            phrases.append(Phrase(whole, last.prefix, name == "folded_stem"))
        return tuple(dict.fromkeys(phrases))

    def stands_with(self, other: Alternative) -> bool:
        """Whether it stands, and counts as much, wherever ``other`` does, which asks for more.

        So *chaleur* wherever its synonym *vague de chaleur* does.
        """
        if self.phrases or self.weight < other.weight:
            return False
        asks_more = len(other.terms) > len(self.terms) or other.phrases
        return bool(asks_more) and set(self.terms) <= set(other.terms)


#: Alternatives of which one is to be found.
type Clause = tuple[Alternative, ...]


class Expression(NamedTuple):
    """What is to be found: ``required`` of ``clauses`` (None: all), and none ``excluded``.

    Where there are ``sets`` of some of the clauses, all of one of these instead.
    """

    clauses: tuple[Clause, ...]
    excluded: tuple[Clause, ...] = ()
    required: int | None = None
    sets: tuple[tuple[Clause, ...], ...] = ()


def term(word: str, *, is_prefix: bool = False) -> QueryTerm:
    """What finds ``word``, in lower case, or, if it ``is_prefix``, what begins with it."""
    stem, folded_stem = stems_of(word)
    english_stem = stems_of(word, is_english=True).stem
    return QueryTerm(stem, folded_stem, english_stem, folded_form(word) if is_prefix else "")


def compound_clause(text: str, *, is_prefix: bool = False) -> Clause:
    """What finds a word, or words joined by hyphens: one after another, or as one word.

    Empty where there is no word. ``is_prefix``: it is the beginning of a word.
    """
    words = _words(text)
    if len(words) < 2:
        return _alternatives(words, is_prefix)
    return _alternatives(words, is_prefix) + _alternatives(["".join(words)], is_prefix)


def facet_alternative(word: str, weight: float) -> Alternative:
    """What finds documents with ``word``, one of ``FACETS``, which no text has."""
    return Alternative((QueryTerm(word, word, word),), weight=weight)


def word_clause(word: str) -> Clause:
    """What finds ``word``, as ``words_of`` gives it."""
    return _alternatives([word], is_prefix=False)


def phrase_clause(text: str) -> Clause:
    """What finds the words of ``text`` one after another; empty where it has none."""
    return _alternatives(_words(text), is_prefix=False)


def shortest(clause: Clause) -> Clause:
    """``clause`` without alternatives that stand only where another one does too."""
    return tuple(it for it in clause if not any(one.stands_with(it) for one in clause))


def is_phrase(clause: Clause) -> bool:
    """Whether what was typed of ``clause`` is only found as words one after another."""
    typed = (it for it in clause if it.weight == 1)
    return all(it.is_ordered and len(it.terms) > 1 for it in typed)


def _words(text: str) -> list[str]:
    return [it.word for it in words_of(clean(text))]


def _alternatives(words: list[str], is_prefix: bool) -> Clause:
    """The words one after another, of which the last may be the beginning of one.

    While documents of a former analysis are searched too, as each of the two gives them.
    """
    last = len(words) - 1
    terms = [term(word, is_prefix=is_prefix and n == last) for n, word in enumerate(words)]
    variants = [terms]
    if analysis.FORMER_STEMS is not None:
        former = zip(terms, map(analysis.FORMER_STEMS, words), strict=True)
        variants.append([replace(it, stem=a, folded_stem=b) for it, (a, b) in former])
    return tuple(Alternative(tuple(variant)) for variant in variants if variant)
