"""In which order threads are found: one score, the same on every database.

A post scores by its words, times by what it is. Per clause of the query:

- its words in the title of the thread count ``TITLE``, in a tag ``TAG``; of several words that
  are a term together, those that stand there count their part;
- in the post, BM25: again and again counts less and less, and in a long post less; in what a
  thread says beside its posts, as the choices of a poll, ``BESIDE`` as much;
- clauses that stand side by side, as they were typed, count ``ADJACENT`` more;
- a title that has all of them as they were typed counts more, the less else it says: what
  means the same does not.

Where not all clauses are asked for, one that few of the posts have counts more. Then the whole
is multiplied for the accepted answer (whoever asks again wants that one), solved threads,
experiences (what worked, in full), and for what is recent: half of that bonus is gone after
``HALF_LIFE``. A thread has the score of its best post, and a little for each further one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from math import exp2, log, log2
from typing import NamedTuple, Self

from django.utils import timezone

from forum.base.search_index.analysis import SEPARATOR
from forum.base.search_index.models import OF_TOPIC
from forum.base.search_index.stem_text import StemText
from forum.base.search_index.terms import Alternative, Clause, Expression, shortest
from forum.finding.search.search_query import SHEET

TITLE, TAG, ADJACENT, WHOLE_TITLE = 2.5, 1.6, 0.6, 1.5
BESIDE = 0.5
ACCEPTED, SOLVED, EXPERIENCE = 1.15, 1.08, 1.1
RECENT, HALF_LIFE = 0.15, 730.0
#: Of BM25: how soon more of the same word counts no more, and how much length weighs.
_K, _B = 1.2, 0.4
#: Words of a usual post, and what further matching posts of a thread add.
_USUAL_LENGTH, _FURTHER = 80, 0.12


class SearchMatch(NamedTuple):
    """What ranking knows of a post that was found, or of a thread found by its title alone.

    The latter has no ``post_id``. The four texts are its document's. ``college_id``: that of
    the organisation for which the post was written, if any.
    """

    thread_id: int
    posted_at: datetime
    kind: str
    is_solved: bool
    topic_id: int
    space_id: int
    has_sheet: bool
    title_stems: str = ""
    title_folded_stems: str = ""
    stems: str = ""
    folded_stems: str = ""
    post_id: int | None = None
    is_accepted: bool = False
    college_id: int | None = None


class RankedThread(NamedTuple):
    """A thread that was found, its score, and its best post: None where its title was found."""

    score: float
    best: SearchMatch


def rank(matches: Iterable[SearchMatch], expression: Expression) -> list[RankedThread]:
    """The threads of ``matches``, best first."""
    now = timezone.now().timestamp()
    matches, asked = list(matches), _Asked.by(expression)
    titles: dict[tuple[int, str], _Title] = {}
    texts = [_Text(match, titles, asked) for match in matches]
    weights = _weights(texts) if expression.required else [1.0] * len(asked.clauses)
    best: dict[int, tuple[float, SearchMatch]] = {}
    posts: dict[int, int] = {}
    for match, text in zip(matches, texts, strict=True):
        score, pk = text.score(asked, weights) * _worth(match, now), match.thread_id
        if match.post_id is not None:
            posts[pk] = posts.get(pk, 0) + 1
        most, shown = best.get(pk, (score, match))
        if match.post_id and (shown.post_id is None or score > most):
            shown = match
        best[pk] = max(score, most), shown
    ranked = (
        RankedThread(score * (1 + _FURTHER * log2(posts.get(pk, 1))), shown)
        for pk, (score, shown) in best.items()
    )
    return sorted(ranked, key=lambda it: (-it.score, -it.best.posted_at.timestamp()))


class _Asked(NamedTuple):
    """The clauses that are asked for, and each two beside each other.

    ``words``: by clause, those of a term of several words, in any order; none of others.
    """

    clauses: tuple[Clause, ...]
    words: list[tuple[Clause, ...]]
    pairs: list[Alternative]

    @classmethod
    def by(cls, expression: Expression) -> Self:
        """Those of ``expression``."""
        clauses = expression.clauses
        pairs = (Alternative((*a[0].terms, *b[0].terms)) for a, b in pairwise(clauses))
        return cls(tuple(map(shortest, clauses)), list(map(_words, clauses)), list(pairs))

    def counts(self, text: StemText) -> list[float]:
        """How often ``text`` has each clause as a whole."""
        return [text.count(clause) for clause in self.clauses]

    def with_parts(self, text: StemText, counts: list[float]) -> list[float]:
        """``counts``; of a clause that ``text`` has not whole, the part of its words there."""
        return [
            times or sum(text.count(it) > 0 for it in words) / max(1, len(words))
            for times, words in zip(counts, self.words, strict=True)
        ]


class _Title:
    """What a title and its tags have of what is asked: the same for all posts of a thread."""

    def __init__(self, match: SearchMatch, asked: _Asked) -> None:
        stems = match.title_stems.partition(SEPARATOR)
        folded_stems = match.title_folded_stems.partition(SEPARATOR)
        title = StemText(stems[0], folded_stems[0])
        # A topic whose name is asked for counts as a tag.
        tags = StemText(f"{stems[2]} {OF_TOPIC}{match.topic_id}", folded_stems[2])
        whole = asked.counts(title)
        in_title = asked.with_parts(title, whole)
        self.counts = list(zip(in_title, asked.counts(tags), strict=True))
        self.whole_count = sum(times >= 1 for times in whole)
        self.pairs = [title.has_phrase(pair) for pair in asked.pairs]
        self.length = stems[0].count(" ") + 1


class _Text:
    """What a post has of what is asked, its title and its tags besides."""

    def __init__(
        self, match: SearchMatch, titles: dict[tuple[int, str], _Title], asked: _Asked
    ) -> None:
        """``titles``: those that were read before, by their topic and their stems."""
        key = match.topic_id, match.title_stems
        self._title = titles.get(key) or titles.setdefault(key, _Title(match, asked))
        self._text = StemText(match.stems, match.folded_stems)
        self._length = match.stems.count(" ") + 1
        # Of threads found by their title, those of public versions have an id below zero.
        is_beside = match.post_id is None and match.thread_id > 0
        share = BESIDE if is_beside else 1.0
        counts = asked.with_parts(self._text, asked.counts(self._text))
        self._counts = [share * times for times in counts]

    def has(self) -> list[bool]:
        """Of each clause, whether it stands anywhere."""
        pairs = zip(self._title.counts, self._counts, strict=True)
        return [any(named) or times > 0 for named, times in pairs]

    def score(self, asked: _Asked, weights: list[float]) -> float:
        """By its words alone."""
        title, text, score = self._title, self._text, 0.0
        norm = _K * (1 - _B + _B * self._length / _USUAL_LENGTH)
        for (named, tags), times, weight in zip(
            title.counts, self._counts, weights, strict=True
        ):
            worth = TITLE * min(1.0, named) if named else TAG * min(1.0, tags)
            score += weight * (worth + times * (_K + 1) / (times + norm))
        for pair, is_in_title in zip(asked.pairs, title.pairs, strict=True):
            score += ADJACENT * 2 * is_in_title
            score += ADJACENT * text.has_phrase(pair)
        if title.whole_count == len(weights):
            number = title.whole_count
            score += WHOLE_TITLE * number * min(1.0, number / title.length)
        return score


def _words(clause: Clause) -> tuple[Clause, ...]:
    """Those of a term of several, in any order, each as a clause."""
    typed = clause[0]
    if typed.is_ordered or len(typed.terms) == 1:
        return ()
    return tuple((Alternative((term,)),) for term in typed.terms)


def _weights(texts: list[_Text]) -> list[float]:
    """Of each clause, more the fewer have it."""
    total = len(texts)
    having = map(sum, zip(*(text.has() for text in texts), strict=True))
    return [log(1 + (total + 1) / (number + 0.5)) for number in having]


def _worth(match: SearchMatch, now: float) -> float:
    age = (now - match.posted_at.timestamp()) / 86400
    worth = 1 + RECENT * exp2(-max(0.0, age) / HALF_LIFE)
    worth *= ACCEPTED if match.is_accepted else 1.0
    worth *= SOLVED if match.is_solved else 1.0
    return worth * (EXPERIENCE if match.kind == "experience" else 1.0)


def counts_by(
    ranked: Iterable[RankedThread], matches: Iterable[SearchMatch]
) -> dict[str, dict[object, int]]:
    """How many of the threads there are per kind, topic, space and whether solved.

    Experiences that have a sheet are counted of two types: as such too. Where there are
    posts among ``matches``, also in how many threads people of each college wrote some.
    """
    counts: dict[str, dict[object, int]] = {}
    for it in ranked:
        best = it.best
        pairs = [
            ("type", best.kind),
            ("type", SHEET if best.has_sheet else None),
            ("sujet", best.topic_id),
            ("espace", best.space_id),
            ("resolu", best.is_solved if best.kind == "question" else None),
        ]
        for name, value in pairs:
            of_name = counts.setdefault(name, {})
            of_name[value] = of_name.get(value, 0) + 1
    if posts := [it for it in matches if it.post_id is not None]:
        wrote = {(it.thread_id, it.college_id) for it in posts if it.college_id is not None}
        counts["college"] = dict(Counter(college for _thread, college in wrote))
    return counts
