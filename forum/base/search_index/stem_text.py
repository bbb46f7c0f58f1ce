"""A text in its stems, in which what is asked for is looked up without a database.

It has what the engines find in it (``engines/``), and no more.
"""

from __future__ import annotations

from collections.abc import Set

from forum.base.search_index.terms import Alternative, Clause, QueryTerm


class StemText:
    """A text, or one part of a document, in both forms of its words."""

    def __init__(self, stems: str, folded_stems: str) -> None:
        self._stems, self._folded_stems = f" {stems} ", f" {folded_stems} "
        self._both = self._stems + self._folded_stems

    def count(self, clause: Clause) -> float:
        """How often ``clause`` stands in it, by weight; a phrase counts once."""
        both, most = self._both, 0.0
        for alternative in clause:
            number = 0
            for needles in alternative.needed:
                times = 0
                for letters, needle in needles:
                    if letters in both:  # Most do not stand in it at all.
                        times = max(times, self._count(needle))
                if not times:
                    number = 0
                    break
                number = min(number, times) if number else times
            if number and alternative.phrases:
                number = int(self.has_phrase(alternative))
            most = max(most, number * alternative.weight)
        return most

    def has_phrase(self, alternative: Alternative) -> bool:
        """Whether one of its phrases stands in it."""
        for needle, is_folded in alternative.phrase_needles:
            if needle in (self._folded_stems if is_folded else self._stems):
                return True
        return False

    def _count(self, needle: str) -> int:
        return max(self._stems.count(needle), self._folded_stems.count(needle))


def have_words(words: Set[str], clause: Clause) -> bool:
    """Whether ``words`` has those of ``clause``, wherever they stand."""
    for alternative in clause:
        for term in alternative.terms:
            if not _have_term(words, term):
                break
        else:
            return True
    return False


def _have_term(words: Set[str], term: QueryTerm) -> bool:
    if not words.isdisjoint(term.forms):
        return True
    return bool(term.prefix) and any(word.startswith(term.prefix) for word in words)
