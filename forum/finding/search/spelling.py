"""*Did you mean*: words that were mistyped, corrected by words of what the viewer reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from django.db.models import Min
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from accounts.base.text import fold
from accounts.viewers.viewers import Viewer
from forum.base import markup
from forum.base.search_index.analysis import clean, words_of
from forum.base.search_index.models import IndexedWord
from forum.base.search_index.terms import Expression, compound_clause, term
from forum.base.search_index.vocabulary.words import correctable_words
from forum.finding.search.scope import SearchScope
from forum.finding.search.search_query import MAX_WORDS, SearchQuery
from forum.finding.search.synonyms import key_of
from forum.finding.search.visible_index import VisibleIndex
from forum.models import Post

#: From so many letters on, two may be wrong.
_LONG = 8
#: Words that begin or end alike and are compared; nearest ones that are looked for.
_MAX_WORDS, _MAX_NEAREST = 5_000, 5
_BEGINNING, _ENDING = 2, 3
#: The newest posts with a word that are read for how it is written; characters that one search
#: reads of all of them.
_MAX_READ, _MAX_CHARACTERS = 20, 200_000


def corrected(
    viewer: Viewer, query: SearchQuery, scope: SearchScope | None = None
) -> SearchQuery | None:
    """``query`` with its unknown words replaced by the nearest that are known; or None.

    Known is what a post has that ``viewer`` sees, or a synonym that all sites have: no other
    word is ever offered.
    """
    scope = scope or SearchScope(viewer)
    words = [it for it in correctable_words(query.words) if key_of(it) not in scope.synonyms]
    words = words[:MAX_WORDS]
    index, text, posts = VisibleIndex(viewer, {}, scope), query.words, _ReadPosts(viewer)
    for word in dict.fromkeys(words):
        if not _is_known(index, word) and (
            other := _nearest(viewer, index, posts, word, scope.shipped_words)
        ):
            text = _replaced(text, word, other)
    return replace(query, words=text) if text != query.words else None


def _is_known(index: VisibleIndex, word: str) -> bool:
    return bool(index.posts(Expression((compound_clause(word),)), limit=1))


def _nearest(
    viewer: Viewer,
    index: VisibleIndex,
    posts: _ReadPosts,
    word: str,
    shipped_words: Collection[str],
) -> str | None:
    """The nearest known word, the first letters of which are right, or the last.

    Else the nearest of the synonyms that come with the software, which are no secret.
    """
    folded = fold(word)
    indexed = IndexedWord.objects.visible_to(viewer).order_by("folded").values("folded")
    words = indexed.annotate(spelling=Min("word")).values_list("folded", "spelling")
    same_beginning = words.filter(folded__startswith=folded[:_BEGINNING])[:_MAX_WORDS]
    same_ending = words.filter(reversed__startswith=folded[::-1][:_ENDING])[:_MAX_WORDS]
    spelling = dict(same_beginning) | dict(same_ending)
    allowed = 2 if len(folded) >= _LONG else 1
    near = extract(
        folded, sorted(spelling), scorer=OSA.distance, score_cutoff=allowed, limit=_MAX_NEAREST
    )
    candidates = (
        _as_written(index, posts, spelling[folded_word], folded) for folded_word, *_rest in near
    )
    known = [it for it in candidates if it and it.distance <= allowed]
    if known:
        return min(known).word
    shipped = extract(folded, shipped_words, scorer=OSA.distance, score_cutoff=allowed, limit=1)
    return shipped[0][0] if shipped else None


class _Written(NamedTuple):
    """A ``word`` of posts that one sees: the nearest first, then the most used."""

    distance: int
    begins_otherwise: bool
    fewer: int
    word: str


class _ReadPosts:
    """The posts that a search reads for how words are written: each once, some of it in all."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer, self._left = viewer, _MAX_CHARACTERS
        self._words: dict[int, dict[str, set[str]]] = {}

    def words_with(self, pks: Collection[int], forms: Collection[str]) -> set[str]:
        """The words of these posts that have one of ``forms``, as far as they are read."""
        unread = [pk for pk in pks if pk not in self._words] if self._left > 0 else []
        rows = Post.objects.visible_to(self._viewer).filter(pk__in=unread).order_by("-pk")
        for pk, title, html in rows.values_list("pk", "thread__title", "html"):
            text = f"{title}. {markup.plain_text(html)}"[: self._left]
            self._left -= len(text)
            by_form: defaultdict[str, set[str]] = defaultdict(set)
            self._words[pk] = by_form
            for word in {it.word for it in words_of(clean(text))}:
                for form in term(word).forms:
                    by_form[form].add(word)
            if self._left <= 0:
                break
        read = [self._words[pk] for pk in pks if pk in self._words]
        return {word for words in read for form in forms for word in words.get(form, ())}


def _as_written(
    index: VisibleIndex, posts: _ReadPosts, word: str, typed: str
) -> _Written | None:
    """What the newest posts that ``index`` finds by ``word`` have of it.

    That is ``word``, or what has the same stem: ``word`` itself may be of a hidden post.
    """
    matches = index.posts(Expression((compound_clause(word),)), limit=_MAX_READ)
    same = posts.words_with([it.post_id for it in matches if it.post_id], term(word).forms)
    ranked = (
        _Written(OSA.distance(fold(it), typed), fold(it)[:1] != typed[:1], -len(matches), it)
        for it in same
    )
    return min(ranked, default=None)


def _replaced(text: str, word: str, other: str) -> str:
    for token in reversed(list(words_of(text))):
        if token.word == word:
            text = text[: token.start] + other + text[token.end :]
    return text
