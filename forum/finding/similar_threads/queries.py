"""Threads that are similar to a title or to a thread, as a viewer sees them.

What a viewer may see is part of each query, as in ``forum/finding/search/visible_index.py``; so
is what weighs a word. The newest ``_MAX_TITLES`` and ``_MAX_POSTS`` that may be similar are
looked at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.text import excerpt, fold, one_line
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import markup
from forum.base.search_index.analysis import clean, words_of
from forum.base.search_index.terms import Clause, Expression, word_clause
from forum.conversation.threads.kinds import resolved
from forum.finding.search.ranking import SearchMatch
from forum.finding.search.scope import SearchScope
from forum.finding.search.synonyms import with_synonyms
from forum.finding.search.visible_index import VisibleIndex
from forum.finding.similar_threads.similarity import WeightedTitle
from forum.models import Post, Tagging, Thread

#: How many are shown while a title is typed, and under a thread.
MAX_FOR_TITLE, MAX_FOR_THREAD = 3, 4
#: The letters from which on a title says something; characters and words of it that are read.
MIN_LENGTH, _MAX_LENGTH, _MAX_WORDS = 3, 400, 12
_MAX_TITLES, _MAX_POSTS = 150, 100
#: The posts that say what a thread is about.
_TELLING_POSTS = Q(post__number=1) | Q(post__is_accepted=True)
_ANSWER_LENGTH = 70
_EMPTY = """
bonjour bonsoir cherche cherchons cherchez combien merci question questions recherche
deux trois quatre cinq six sept huit neuf dix douze vingt trente quarante cent cents mille
hello many thanks two three four five ten
"""
#: Folded words that titles have whatever they are about, and that a search may ask for.
_EMPTY_WORDS = frozenset(_EMPTY.split())


class ShownThread(NamedTuple):
    """A thread as it is proposed; ``asked_by`` is an organisation, or a person.

    ``answer`` is how its accepted answer begins, where it has one.
    """

    thread: Thread
    asked_by: str
    answer: str


def similar_to_title(viewer: Viewer, title: str, tags: str = "") -> list[ShownThread]:
    """Those that ``viewer`` sees and that resemble what is typed, solved ones first."""
    typed = f"{title}. {tags}"[:_MAX_LENGTH]
    if sum(letter.isalnum() for letter in typed) < MIN_LENGTH:
        return []
    return _shown(viewer, _similar(viewer, typed, MAX_FOR_TITLE))


def similar_to_thread(viewer: Viewer, thread: Thread) -> list[ShownThread]:
    """Others that ``viewer`` sees and that resemble ``thread``, solved ones first."""
    about = ". ".join([thread.title, *_TAG_NAMES.rows(thread_id=thread.pk)])
    return _shown(viewer, _similar(viewer, about, MAX_FOR_THREAD, other_than=thread.pk))


def threads_on_topic(viewer: Viewer, thread: Thread) -> list[ShownThread]:
    """Others on the topic of ``thread`` that ``viewer`` sees, solved ones first."""
    of_thread = {"topic": thread.topic_id, "thread_id": thread.pk}
    solved, others = (
        _ON_TOPIC.rows(viewer.rights, is_solved, **of_thread) for is_solved in (True, False)
    )
    return _shown(viewer, list(dict.fromkeys([*solved, *others]))[:MAX_FOR_THREAD])


def _similar(viewer: Viewer, text: str, most: int, other_than: int | None = None) -> list[int]:
    """The ids of the ``most`` similar ones, solved ones first."""
    scope = SearchScope(viewer)
    clauses = _clauses(scope, text)
    if not clauses:
        return []
    index = VisibleIndex(viewer, {}, scope)
    matches = index.titles(Expression(clauses, required=1), _MAX_TITLES)
    title = WeightedTitle(clauses, matches)
    # The newest that are enough, where they are many: there may be older ones.
    if is_more := len(matches) >= _MAX_TITLES // 2:
        title, rarer = _with_rarer_words(index, title, clauses, matches)
        matches += rarer
    if (expression := title.expression()) is None:
        return []
    if is_more:
        matches += index.titles(expression, _MAX_TITLES)
    similar = title.most_similar(matches, other_than)
    if len(similar) < most:
        matches += index.posts(expression, _TELLING_POSTS, _MAX_POSTS)
        similar = title.most_similar(matches, other_than)
    similar.sort(key=lambda it: (not it.match.is_solved, -it.score))
    return [it.match.thread_id for it in similar[:most]]


def _with_rarer_words(
    index: VisibleIndex,
    title: WeightedTitle,
    clauses: tuple[Clause, ...],
    newest: list[SearchMatch],
) -> tuple[WeightedTitle, list[SearchMatch]]:
    """``title`` weighed again by older titles that have what no ``newest`` has; and these."""
    if not (unknown := title.unknown()):
        return title, []
    rarer = index.titles(Expression(unknown, required=1), _MAX_TITLES)
    return WeightedTitle(clauses, newest, rarer), rarer


def _clauses(scope: SearchScope, text: str) -> tuple[Clause, ...]:
    """The words of ``text``, each once, with what means the same."""
    words: dict[str, Clause] = {}
    for it in words_of(clean(text)):
        if len(it.word) > 1 and fold(it.word) not in _EMPTY_WORDS:
            clause = word_clause(it.word)
            words.setdefault(clause[0].terms[0].folded_stem, clause)
    expression = Expression(tuple(words.values())[:_MAX_WORDS])
    return with_synonyms(expression, scope.synonyms).clauses


def _shown(viewer: Viewer, pks: list[int]) -> list[ShownThread]:
    if not pks:
        return []
    rows = {row[0]: row for row in _THREADS.rows(viewer.rights, **id_values(pks, _MOST))}
    return [_shown_thread(*rows[pk]) for pk in pks if pk in rows]


def _threads(rights: Rights, **pks: int) -> QuerySet[Thread, Any]:
    answers = Post.objects.visible_to(rights).filter(pk=OuterRef("accepted")).values("html")
    threads = Thread.objects.visible_to(rights).filter(pk__in=pks.values()).order_by()
    return threads.values_list(
        "pk", "accepted_id", "settled_at", "post_count", "removed_reply_count", "title",
        "has_sheet", "author__full_name", "seat__organisation__name", Subquery(answers),
    )  # fmt: skip


def _on_topic(
    rights: Rights, solved: bool, topic: int, thread_id: int
) -> QuerySet[Thread, int]:
    """The first of the threads on the topic but for the thread, or of the solved ones."""
    others = Thread.objects.visible_to(rights).filter(topic=topic).exclude(pk=thread_id)
    others = others.filter(resolved()) if solved else others
    return others.in_list_order().values_list("pk", flat=True)[:MAX_FOR_THREAD]


def _tag_names(thread_id: int) -> QuerySet[Tagging, str]:
    names = Tagging.objects.filter(content_object=thread_id)
    return names.order_by("name").values_list("name", flat=True)


_MOST = max(MAX_FOR_TITLE, MAX_FOR_THREAD)
_THREADS: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_threads, *id_names(_MOST))
_ON_TOPIC: CompiledQuery[int] = CompiledQuery(_on_topic, "topic", "thread_id")
_TAG_NAMES: CompiledQuery[str] = CompiledQuery(_tag_names, "thread_id")


def _shown_thread(
    pk: int,
    accepted_id: int | None,
    settled_at: datetime | None,
    post_count: int,
    removed: int,
    title: str,
    has_sheet: bool,
    author: str,
    organisation: str | None,
    answer: str | None,
) -> ShownThread:
    thread = Thread(
        pk=pk, title=title, accepted_id=accepted_id, settled_at=settled_at,
        post_count=post_count, removed_reply_count=removed, has_sheet=has_sheet,
    )  # fmt: skip
    text = one_line(markup.plain_text(answer or ""))
    return ShownThread(
        thread, organisation or str(User(full_name=author)), excerpt(text, _ANSWER_LENGTH)
    )
