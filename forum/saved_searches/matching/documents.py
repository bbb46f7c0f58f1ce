"""The documents of a few new posts, in which expressions are looked for without a database.

They are asked as the engines of the index ask theirs (``search_index/engines``): all saved
searches ask the same few documents, so that none costs a query, and no old post is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from forum.search_index.models import PostDocument
from forum.search_index.terms import Alternative, Clause, Expression, QueryTerm


class PostWords:
    """The words of the document of one post; ``is_reply``: it does not begin its thread."""

    def __init__(self, document: PostDocument, *, is_reply: bool) -> None:
        text = document.stems, document.folded_stems
        title = document.title_stems, document.title_folded_stems
        self._stems = f" {title[0]} ", f" {text[0]} "
        self._folded = f" {title[1]} ", f" {text[1]} "
        self.words = frozenset(" ".join((*text, *title)).split())
        self._own_words = frozenset(" ".join(text).split()) if is_reply else self.words

    def has(self, expression: Expression) -> bool:
        """Whether the engines find it by ``expression``, and a reply says some of it itself.

        Otherwise each reply to a thread whose title has the words would be news.
        """
        return (
            any(all(map(self._has_clause, some)) for some in expression.conjunctions())
            and any(may_have(self._own_words, clause) for clause in expression.clauses)
            and not self.has_excluded(expression)
        )

    def has_excluded(self, expression: Expression) -> bool:
        """Whether it has what ``expression`` excludes."""
        return any(map(self._has_clause, expression.excluded))

    def _has_clause(self, clause: Clause) -> bool:
        return any(map(self._has_alternative, clause))

    def _has_alternative(self, alternative: Alternative) -> bool:
        terms, is_phrase = alternative
        if len(terms) == 1 or not is_phrase:
            return _has_terms(self.words, terms)
        phrases = (
            (self._stems, [term.stem for term in terms]),
            (self._folded, [term.folded_stem for term in terms]),
            (self._stems, [term.english_stem for term in terms]),
        )
        prefix = terms[-1].prefix
        return any(
            f" {' '.join([*words[:-1], prefix] if prefix else words)}{' ' * (not prefix)}" in it
            for streams, words in phrases
            for it in streams
        )


def may_have(words: Iterable[str], clause: Clause) -> bool:
    """Whether ``words`` has those of ``clause``, wherever they stand."""
    return any(_has_terms(words, alternative.terms) for alternative in clause)


def may_find(words: Iterable[str], expression: Expression) -> bool:
    """Whether a text with some of ``words`` may be found by ``expression``: mostly not."""
    if expression.required is not None:
        return True
    return all(may_have(words, clause) for clause in expression.clauses)


def _has_terms(words: Iterable[str], terms: Iterable[QueryTerm]) -> bool:
    return all(
        any(form in words for form in term.forms)
        or bool(term.prefix and any(word.startswith(term.prefix) for word in words))
        for term in terms
    )
