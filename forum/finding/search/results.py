"""A page of results: threads with their best passage, counts per filter, what else is found."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import PAGE_SIZE, NumberedPage
from accounts.organisations.queries import all_colleges
from accounts.viewers.viewers import Viewer
from forum.base import markup
from forum.base.search_index.queries import words_of_files
from forum.finding.search.filters import type_named
from forum.finding.search.passages import Highlighter
from forum.finding.search.queries import (
    Search,
    find_whole,
    thread_counts_by_college,
    with_partial,
)
from forum.finding.search.ranking import counts_by
from forum.finding.search.search_query import SHEET, SearchQuery
from forum.finding.search.spelling import corrected
from forum.models import Post, Space, Thread, ThreadKind, Topic

#: What each type of threads is called.
TYPES = dict(ThreadKind.choices) | {SHEET: gettext_lazy("Fiche d’expérience")}


class Result(NamedTuple):
    """A thread that was found, with what pages show of it.

    ``post`` is the one that the passage is of, with its byline; None where none is shown.
    ``is_partial``: whether it has only a part of the words. ``is_new``: whether it was found
    since one last looked.
    """

    thread: Thread
    post: Post | None
    title: SafeString
    passage: SafeString
    is_partial: bool = False
    is_new: bool = False


class FilterOption(NamedTuple):
    """A value of a filter; ``count`` of the threads found have it, None if not counted."""

    value: str
    label: str
    count: int | None
    is_chosen: bool


class SearchResults(NumberedPage[Result]):
    """The page of what ``viewer`` is shown for ``query``; the last one, where there is none.

    ``corrected``: what was searched instead, as nothing was found, or None.
    """

    def __init__(self, viewer: Viewer, query: SearchQuery) -> None:
        self._viewer = viewer
        self.query, self.corrected = query, None
        search = find_whole(viewer, query)
        if not search.threads and (other := corrected(viewer, query)):
            found = find_whole(viewer, other)
            if found.threads:
                self.corrected, search, query = other, found, other
        self._search = with_partial(viewer, query, search)
        self._all = [*self._search.threads, *self._search.partial]
        last = max(1, -(-len(self._all) // PAGE_SIZE))
        super().__init__(None, min(self.query.page, last))
        self.last = last

    @property
    def thread_count(self) -> int:
        """How many threads were found with all of the words."""
        return len(self._search.threads)

    @property
    def is_whole(self) -> bool:
        """Whether that is all there are: otherwise, at least so many."""
        return self._search.is_whole

    @cached_property
    def rows(self) -> list[Result]:
        """The results of the page, best first."""
        ranked = self._all[self.start : self.start + self.size]
        threads = self._threads(ranked)
        posts = self._posts(ranked)
        partial = {it.best.thread_id for it in self._search.partial}
        highlighter = Highlighter(self._search.expression)
        return [
            highlighted(threads[pk], posts.get(pk), highlighter, is_partial=pk in partial)
            for pk in (it.best.thread_id for it in ranked)
            if pk in threads
        ]

    def options(self) -> dict[str, list[FilterOption]]:
        """The values of each filter that keep some of the threads found, most first."""
        named: dict[str, Any] = {
            "type": {value: (value, label) for value, label in TYPES.items()},
            "sujet": {it.pk: (it.slug, str(it)) for it in _TOPICS.rows()},
            "espace": {it.pk: (it.slug, str(it)) for it in _SPACES.rows(self._viewer.rights)},
            "resolu": {True: ("oui", _("Oui")), False: ("non", _("Non"))},
        }
        counts = counts_by(self._search.threads)
        if type_named(self.query.type) == SHEET:
            counts["type"] = {SHEET: self.thread_count}
        if self._search.posts:
            named["college"] = {it.pk: (it.slug, str(it)) for it in all_colleges()}
            counts["college"] = thread_counts_by_college(self._viewer, self._search.posts)
        return {name: self._options_of(name, named[name], of) for name, of in counts.items()}

    def _options_of(self, name, named, counts):
        typed = self.query.filters.get(name, "")
        # Threads that a filter found are all of its value; only types are within each other.
        chosen = type_named(typed) if name == "type" else None
        found = [
            FilterOption(*named[key], count, bool(typed) and chosen in (None, key))
            for key, count in counts.items()
            if key in named
        ]
        return sorted(found, key=lambda it: (-(it.count or 0), it.label))

    @property
    def search(self) -> Search:
        """What was found, in order."""
        return self._search

    def _threads(self, ranked):
        pks = [it.best.thread_id for it in ranked]
        rows = _THREADS.rows(self._viewer.rights, **id_values(pks, PAGE_SIZE)) if pks else []
        return {row.pk: row for row in rows}

    def _posts(self, ranked):
        """By thread, the post whose passage is shown: the first, where its title was found."""
        best = {it.best.thread_id: it.best.post_id for it in ranked}
        found = {}
        for compiled, pks in [
            (_POSTS, [pk for pk in best.values() if pk]),
            (_FIRST_POSTS, [thread for thread, pk in best.items() if not pk]),
        ]:
            if pks:
                rows = compiled.rows(self._viewer.rights, **id_values(pks, PAGE_SIZE))
                found |= {post.thread_id: post for post in rows}
        return found


def _threads_queryset(rights, **pks):
    rows = Thread.objects.visible_to(rights).with_display_fields()
    return rows.filter(pk__in=pks.values())


def _posts_queryset(rights, **pks):
    return Post.objects.visible_to(rights).with_byline().filter(pk__in=pks.values())


def _first_posts_queryset(rights, **pks):
    posts = Post.objects.visible_to(rights).with_byline()
    return posts.filter(number=1, thread__in=pks.values())


_IDS = id_names(PAGE_SIZE)
_THREADS: CompiledQuery[Thread] = CompiledQuery(_threads_queryset, *_IDS)
_POSTS: CompiledQuery[Post] = CompiledQuery(_posts_queryset, *_IDS)
_FIRST_POSTS: CompiledQuery[Post] = CompiledQuery(_first_posts_queryset, *_IDS)
_TOPICS: CompiledQuery[Topic] = CompiledQuery(Topic.objects.all)
_SPACES: CompiledQuery[Space] = CompiledQuery(Space.objects.visible_to)


def highlighted(
    thread: Thread, post: Post | None, highlighter: Highlighter, **marks: bool
) -> Result:
    """``thread`` and the passage of ``post`` as ``highlighter`` marks them."""
    passage = SafeString("")
    if post:
        post.thread = thread
        passage = highlighter.passage(_text_of(post))
    return Result(thread, post, highlighter.marked(thread.title), passage, **marks)


def _text_of(post: Post) -> str:
    """The words that ``post`` is found by, those of its files last."""
    return f"{markup.plain_text(post.html)} {words_of_files(post)}".rstrip()
