"""A text in its stems, in which what is asked for is looked up without a database.

It has what the engines find in it (``engines/``), and no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from forum.base.search_index.terms import Alternative, Clause, Phrase, QueryTerm


class StemText:
    """A text, or one part of a document, in both forms of its words."""

    def __init__(self, stems: str, folded_stems: str) -> None:
        self._stems, self._folded_stems = f" {stems} ", f" {folded_stems} "

    def count(self, clause: Clause) -> int:
        """How often ``clause`` stands in it; a phrase counts once."""
        return max(map(self._count, clause))

    def has_phrase(self, alternative: Alternative) -> bool:
        """Whether one of its phrases stands in it."""
        return any(map(self._has_phrase, alternative.phrases))

    def _count(self, alternative: Alternative) -> int:
        if alternative.phrases:
            return int(self.has_phrase(alternative))
        return min(map(self._count_term, alternative.terms))

    def _count_term(self, term: QueryTerm) -> int:
        needles = [f" {form} " for form in term.forms]
        needles += [f" {term.prefix}"] if term.prefix else []
        streams = self._stems, self._folded_stems
        return max(stream.count(needle) for stream in streams for needle in needles)

    def _has_phrase(self, phrase: Phrase) -> bool:
        needle = f" {' '.join(phrase.stems)} {phrase.prefix}"
        return needle in (self._folded_stems if phrase.is_folded else self._stems)


def have_words(words: Iterable[str], clause: Clause) -> bool:
    """Whether ``words`` has those of ``clause``, wherever they stand."""
    return any(
        all(_have_term(words, term) for term in alternative.terms) for alternative in clause
    )


def _have_term(words: Iterable[str], term: QueryTerm) -> bool:
    if any(form in words for form in term.forms):
        return True
    return bool(term.prefix) and any(word.startswith(term.prefix) for word in words)
