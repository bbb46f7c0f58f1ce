"""*Did you mean*: words that were mistyped, mended by words of what the viewer reads."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from accounts.base.text import fold
from accounts.viewers.viewers import Viewer
from forum.models import Space
from forum.search.search_query import SearchQuery
from forum.search_index.analysis import clean, words_of
from forum.search_index.engines import get_engine, search_database
from forum.search_index.models import IndexedWord, PostDocument
from forum.search_index.queries import served_versions
from forum.search_index.terms import Expression, words_clause

#: Shorter words are taken as they are; from so many letters on, two may be wrong.
MIN_LENGTH, _LONG = 4, 8
#: Words that begin or end alike and are compared; nearest ones that are looked for.
_MAX_WORDS, _MAX_NEAREST = 5_000, 5
_BEGINNING, _ENDING = 2, 3


def corrected(viewer: Viewer, query: SearchQuery) -> SearchQuery | None:
    """``query`` with its unknown words replaced by the nearest that are known; or None.

    Known is what a post has that ``viewer`` sees: no other word is ever offered.
    """
    words = [it.word for it in words_of(clean(query.words)) if _is_mendable(it.word)]
    spaces = list(Space.objects.visible_to(viewer).order_by().values_list("pk", flat=True))
    mended = query.words
    for word in dict.fromkeys(words):
        if not _is_known(viewer, word, spaces) and (other := _nearest(viewer, word, spaces)):
            mended = _replaced(mended, word, other)
    return replace(query, words=mended) if mended != query.words else None


def _is_mendable(word: str) -> bool:
    return len(word) >= MIN_LENGTH and word.isalpha()


def _is_known(viewer: Viewer, word: str, spaces: list[int]) -> bool:
    matching = get_engine().matching(
        PostDocument._meta.db_table,
        Expression((words_clause(word),)),
        served_versions(),
        spaces,
    )
    posts = PostDocument.objects.using(search_database()).visible_to(viewer)
    return posts.filter(matching).exists()


def _nearest(viewer: Viewer, word: str, spaces: list[int]) -> str | None:
    """The nearest known word, the first letters of which are right, or the last."""
    folded = fold(word)
    beginning, ending = folded[:_BEGINNING], folded[::-1][:_ENDING]
    alike = Q(folded__startswith=beginning) | Q(reversed__startswith=ending)
    rows = IndexedWord.objects.visible_to(viewer).filter(alike)
    spelling = dict(rows.values_list("folded", "word")[:_MAX_WORDS])
    allowed = 2 if len(folded) >= _LONG else 1
    near = extract(
        folded, spelling.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=_MAX_NEAREST
    )
    found = (spelling[one] for one, _distance, _key in near)
    return next((one for one in found if _is_known(viewer, one, spaces)), None)


def _replaced(text: str, word: str, other: str) -> str:
    for found in reversed(list(words_of(text))):
        if found.word == word:
            text = text[: found.start] + other + text[found.end :]
    return text
