"""Words that name a topic: a search for them finds its threads, whatever these say."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from forum.base.search_index.analysis import SEPARATOR, streams_of
from forum.base.search_index.models import OF_TOPIC
from forum.base.search_index.stem_text import StemText, have_words
from forum.base.search_index.terms import Expression, facet_alternative, is_phrase

if TYPE_CHECKING:
    from forum.finding.search.scope import NamedRow

#: A word that more topics have tells none of them.
_MAX_TOPICS = 4
#: How much the name of the topic counts, beside a tag of the thread that was typed.
_WEIGHT = 0.8


def with_topics(expression: Expression, topics: Iterable[NamedRow]) -> Expression:
    """``expression``, what names one of ``topics`` also found by being of that topic.

    Not so words in quotes, which are to stand where one reads. Documents have the id of their
    topic among their words, so that none is written anew where a topic is renamed.
    """
    names = [(topic.pk, *_words_of(topic.name, topic.name_en)) for topic in topics]
    clauses = []
    for clause in expression.clauses:
        counts = {
            pk: text.count(clause) for pk, words, text in names if have_words(words, clause)
        }
        weights = {pk: min(1.0, count) for pk, count in counts.items() if count}
        if is_phrase(clause) or len(weights) > _MAX_TOPICS:
            weights = {}
        named = (
            facet_alternative(f"{OF_TOPIC}{pk}", _WEIGHT * weight)
            for pk, weight in weights.items()
        )
        clauses.append((*clause, *named))
    return expression._replace(clauses=tuple(clauses))


@lru_cache(256)
def _words_of(name: str, name_en: str) -> tuple[frozenset[str], StemText]:
    """The stems of a topic's names, by themselves and in their order."""
    streams = [*map(SEPARATOR.join, zip(streams_of(name), streams_of(name_en), strict=True))]
    return frozenset(" ".join(streams).split()), StemText(*streams)
