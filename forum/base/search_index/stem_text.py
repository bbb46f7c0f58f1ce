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
            if needles := alternative.needles:
                number = 0
                for needle in needles:  # Most do not stand in it at all.
                    if needle in both:
                        number = max(number, self._count_needle(needle))
            else:
                number = self._count_all(alternative)
            if number and (weighted := number * alternative.weight) > most:
                most = weighted
        return most

    def has_phrase(self, alternative: Alternative) -> bool:
        """Whether one of its phrases stands in it."""
        for needle, is_folded in alternative.phrase_needles:
            if needle in (self._folded_stems if is_folded else self._stems):
                return True
        return False

    def _count_all(self, alternative: Alternative) -> int:
        if alternative.phrases:
            return int(self.has_phrase(alternative))
        return min(map(self._count_term, alternative.terms))

    def _count_term(self, term: QueryTerm) -> int:
        return max(map(self._count_needle, term.needles))

    def _count_needle(self, needle: str) -> int:
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
