"""How much a thread resembles a title: how many of its telling words both have.

A word weighs more the fewer of the threads found have it in their title or tags; one that none
of them has weighs half of what the others do, since it may be mistyped, or half typed. Where
no word is in any title, all weigh the same, and a post has to have them all.

A thread scores by the weight that it shares: all of it by its title and tags, half where only
its opening post or its accepted answer has the word. Where that is too little, or one word only
where there are more, it is not similar: better none than one that has nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from math import log
from typing import NamedTuple

from forum.base.search_index.stem_text import have_words
from forum.base.search_index.terms import Clause, Expression
from forum.finding.search.ranking import SearchMatch

#: What both have to have in common, of the weight of all words of the title; in a long one the
#: weight of so many words is enough. And what a thread has to score, of the best one's score.
FLOOR, ENOUGH_WORDS, FLOOR_OF_BEST = 0.4, 2, 0.6
#: The same where titles have one of the words only.
FLOOR_OF_ONE = 0.6
#: Words in common, where there are so many that threads have.
MIN_SHARED = 2
#: The most telling words that threads are found by.
MAX_TELLING = 8
_IN_TEXT, _UNKNOWN = 0.5, 0.5
#: How many of the titles, as it were, have a word that is only in older ones.
_RARER = 0.5


class SimilarThread(NamedTuple):
    """A thread that is similar; ``score`` is 1 where it is just enough."""

    score: float
    match: SearchMatch


class _Word(NamedTuple):
    """A word of the title: what finds it, what it weighs, and whether threads have it."""

    clause: Clause
    weight: float
    is_known: bool

    def is_in(self, words: set[str]) -> bool:
        """Whether ``words``, of a document, have it."""
        return have_words(words, self.clause)


class WeightedTitle:
    """The words of a title, as ``clauses``, each weighed by how rare it is.

    ``titles`` are the newest that have some of them; ``rarer`` such as have one of those that
    none of ``titles`` has.
    """

    def __init__(
        self,
        clauses: tuple[Clause, ...],
        titles: Iterable[SearchMatch],
        rarer: Iterable[SearchMatch] = (),
    ) -> None:
        in_titles, in_rarer = (
            [_title_words(match) for match in matches] for matches in (titles, rarer)
        )
        words = [_Word(clause, 0.0, is_known=True) for clause in clauses]
        numbers = [
            sum(map(word.is_in, in_titles)) or _RARER * any(map(word.is_in, in_rarer))
            for word in words
        ]
        known = [log(1 + len(in_titles) / number) for number in numbers if number]
        usual = sum(known) / len(known) if known else 1.0
        if known:
            words = [
                word._replace(
                    weight=log(1 + len(in_titles) / number) if number else _UNKNOWN * usual,
                    is_known=number > 0,
                )
                for word, number in zip(words, numbers, strict=True)
            ]
        else:
            words = [word._replace(weight=usual) for word in words]
        self._words = words
        whole = sum(word.weight for word in words)
        self._least = min(FLOOR * whole, ENOUGH_WORDS * usual)
        if len(known) < MIN_SHARED:
            self._least = (FLOOR_OF_ONE if known else _IN_TEXT) * whole
        self._min_shared = min(MIN_SHARED, sum(word.is_known for word in words))

    def unknown(self) -> tuple[Clause, ...]:
        """Those of the clauses that no title has."""
        return tuple(word.clause for word in self._words if not word.is_known)

    def expression(self) -> Expression | None:
        """What finds the threads that may be similar enough; None where none can be.

        Of the telling words, all smallest sets that weigh enough.
        """
        telling = sorted(
            (word for word in self._words if word.is_known), key=lambda it: -it.weight
        )[:MAX_TELLING]
        sets: list[frozenset[int]] = []
        for size in range(max(1, self._min_shared), len(telling) + 1):
            for indexes in combinations(range(len(telling)), size):
                weight = sum(telling[n].weight for n in indexes)
                if weight >= self._least and not any(it <= set(indexes) for it in sets):
                    sets.append(frozenset(indexes))
        if not sets:
            return None
        clauses = tuple(word.clause for word in telling)
        clause_sets = tuple(tuple(clauses[n] for n in sorted(indexes)) for indexes in sets)
        return Expression(clauses, sets=clause_sets)

    def most_similar(
        self, matches: Iterable[SearchMatch], other_than: int | None = None
    ) -> list[SimilarThread]:
        """The threads of ``matches`` that are similar enough, the most similar first.

        But for that of the id ``other_than``.
        """
        scores: dict[int, SimilarThread] = {}
        for match in matches:
            score = 0.0 if match.thread_id == other_than else self._score(match)
            known = scores.get(match.thread_id)
            if score and (known is None or known.score < score):
                scores[match.thread_id] = SimilarThread(score, match)
        ranked = sorted(scores.values(), key=lambda it: (-it.score, -it.match.thread_id))
        least = FLOOR_OF_BEST * ranked[0].score if ranked else 0.0
        return [it for it in ranked if it.score >= least]

    def _score(self, match: SearchMatch) -> float:
        """The part of the weight that ``match`` shares; 0 where that is not enough."""
        title = _title_words(match)
        text = {*match.stems.split(), *match.folded_stems.split()}
        shared, number = 0.0, 0
        for word in self._words:
            if word.is_in(title):
                shared += word.weight
            elif word.is_in(text):
                shared += _IN_TEXT * word.weight
            else:
                continue
            number += 1
        if number < self._min_shared or shared < self._least:
            return 0.0
        return shared / self._least


def _title_words(match: SearchMatch) -> set[str]:
    return {*match.title_stems.split(), *match.title_folded_stems.split()}
