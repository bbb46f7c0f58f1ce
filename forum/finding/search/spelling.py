"""*Did you mean*: words that were mistyped, mended by words of what the viewer reads."""

from __future__ import annotations

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
from forum.base.search_index.vocabulary.words import mendable_words
from forum.finding.search.search_query import MAX_WORDS, SearchQuery
from forum.finding.search.visible_index import VisibleIndex
from forum.models import Post

#: From so many letters on, two may be wrong.
_LONG = 8
#: Words that begin or end alike and are compared; nearest ones that are looked for.
_MAX_WORDS, _MAX_NEAREST = 5_000, 5
_BEGINNING, _ENDING = 2, 3
#: The newest posts with a word that are read for how it is written.
_MAX_READ = 20


def corrected(viewer: Viewer, query: SearchQuery) -> SearchQuery | None:
    """``query`` with its unknown words replaced by the nearest that are known; or None.

    Known is what a post has that ``viewer`` sees: no other word is ever offered.
    """
    words = list(mendable_words(query.words))[:MAX_WORDS]
    index, mended = VisibleIndex(viewer, {}), query.words
    for word in dict.fromkeys(words):
        if not _is_known(index, word) and (other := _nearest(viewer, index, word)):
            mended = _replaced(mended, word, other)
    return replace(query, words=mended) if mended != query.words else None


def _is_known(index: VisibleIndex, word: str) -> bool:
    return bool(index.posts(Expression((compound_clause(word),)), limit=1))


def _nearest(viewer: Viewer, index: VisibleIndex, word: str) -> str | None:
    """The nearest known word, the first letters of which are right, or the last."""
    folded = fold(word)
    words = IndexedWord.objects.visible_to(viewer).order_by("folded").values("folded")
    words = words.annotate(spelling=Min("word")).values_list("folded", "spelling")
    begun = words.filter(folded__startswith=folded[:_BEGINNING])[:_MAX_WORDS]
    ended = words.filter(reversed__startswith=folded[::-1][:_ENDING])[:_MAX_WORDS]
    spelling = dict(begun) | dict(ended)
    allowed = 2 if len(folded) >= _LONG else 1
    near = extract(
        folded, sorted(spelling), scorer=OSA.distance, score_cutoff=allowed, limit=_MAX_NEAREST
    )
    written = (_as_written(viewer, index, spelling[one], folded) for one, *_rest in near)
    known = [it for it in written if it and it.distance <= allowed]
    return min(known).word if known else None


class _Written(NamedTuple):
    """A ``word`` of posts that one sees: the nearest first, then the most used."""

    distance: int
    begins_otherwise: bool
    fewer: int
    word: str


def _as_written(viewer: Viewer, index: VisibleIndex, word: str, typed: str) -> _Written | None:
    """What the newest posts that ``index`` finds by ``word``, and ``viewer`` sees, have of it.

    That is ``word``, or what has the same stem: ``word`` itself may be of a hidden post.
    """
    found = index.posts(Expression((compound_clause(word),)), limit=_MAX_READ)
    posts = Post.objects.visible_to(viewer).filter(pk__in=[it.post_id for it in found])
    texts = [
        f"{title}. {markup.plain_text(html)}"
        for title, html in posts.values_list("thread__title", "html")
    ]
    forms = frozenset(term(word).forms)
    words = {it.word for text in texts for it in words_of(clean(text))}
    same = (it for it in words if not forms.isdisjoint(term(it).forms))
    ranked = (
        _Written(OSA.distance(fold(it), typed), fold(it)[:1] != typed[:1], -len(found), it)
        for it in same
    )
    return min(ranked, default=None)


def _replaced(text: str, word: str, other: str) -> str:
    for found in reversed(list(words_of(text))):
        if found.word == word:
            text = text[: found.start] + other + text[found.end :]
    return text
