"""The documents of a few new posts, in which expressions are looked for without a database.

They are asked as the engines of the index ask theirs (``search_index/engines``): all saved
searches ask the same few documents, so that none costs a query, and no old post is looked at.
"""

from __future__ import annotations

from collections.abc import Set

from forum.base.search_index.analysis import SEPARATOR
from forum.base.search_index.models import PostDocument
from forum.base.search_index.stem_text import StemText, have_words
from forum.base.search_index.terms import Clause, Expression


class PostWords:
    """The words of the document of one post; ``is_reply``: it does not begin its thread."""

    def __init__(self, document: PostDocument, *, is_reply: bool) -> None:
        text = document.stems, document.folded_stems
        # To the engines the words of title and tags follow one another.
        title = (
            document.title_stems.replace(SEPARATOR, " "),
            document.title_folded_stems.replace(SEPARATOR, " "),
        )
        self._parts = StemText(*title), StemText(*text)
        self.words = frozenset(" ".join((*text, *title)).split())
        self._own_words = frozenset(" ".join(text).split()) if is_reply else self.words

    def has(self, expression: Expression) -> bool:
        """Whether the engines find it by ``expression``, and a reply says some of it itself.

        Otherwise each reply to a thread whose title has the words would be news.
        """
        clauses, required = expression.clauses, expression.required
        return (
            sum(map(self._has_clause, clauses)) >= (required or len(clauses))
            and any(have_words(self._own_words, clause) for clause in clauses)
            and not self.has_excluded(expression)
        )

    def has_excluded(self, expression: Expression) -> bool:
        """Whether it has what ``expression`` excludes."""
        return any(map(self._has_clause, expression.excluded))

    def _has_clause(self, clause: Clause) -> bool:
        return any(
            any(part.has_phrase(alternative) for part in self._parts)
            if alternative.phrases
            else have_words(self.words, (alternative,))
            for alternative in clause
        )


def may_find(words: Set[str], expression: Expression) -> bool:
    """Whether a text with some of ``words`` may be found by ``expression``: mostly not."""
    if expression.required is not None:
        return True
    return all(have_words(words, clause) for clause in expression.clauses)
