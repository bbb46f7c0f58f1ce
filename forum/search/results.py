"""A page of results: threads with their best passage, counts per filter, what else is found."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import PAGE_SIZE, elided_page_numbers
from accounts.viewers.viewers import Viewer
from forum import markup
from forum.models import Post, Space, Thread, ThreadKind, Topic
from forum.search.passages import Highlighter
from forum.search.queries import Search, find_whole, with_partial
from forum.search.ranking import RankedThread, counts_by
from forum.search.search_query import SearchQuery
from forum.search.spelling import corrected


class Result(NamedTuple):
    """A thread that was found, with what pages show of it.

    ``post`` is the one that the passage is of, with its byline; None where none is shown.
    ``is_partial``: whether it has only a part of the words.
    """

    thread: Thread
    post: Post | None
    title: SafeString
    passage: SafeString
    is_partial: bool


class FilterChoice(NamedTuple):
    """A value that a filter may take: how many of the threads found it keeps, and its page."""

    value: str
    label: str
    count: int
    url: str
    is_chosen: bool


class SearchResults:
    """What ``viewer`` is shown for ``query``.

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

    @property
    def thread_count(self) -> int:
        """How many threads were found with all of the words."""
        return len(self._search.threads)

    @property
    def is_whole(self) -> bool:
        """Whether that is all there are: otherwise, at least so many."""
        return self._search.is_whole

    @property
    def number(self) -> int:
        """The page, which exists."""
        return min(self.query.page, self.last)

    @property
    def last(self) -> int:
        """The last page."""
        return max(1, -(-len(self._all) // PAGE_SIZE))

    @property
    def previous(self) -> int | None:
        """The number before, or None."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number after, or None."""
        return self.number + 1 if self.number < self.last else None

    @property
    def numbers(self) -> list[int | None]:
        """The numbers of pages to offer, None where some are left out."""
        return elided_page_numbers(self.number, self.last)

    @cached_property
    def rows(self) -> list[Result]:
        """The results of the page, best first."""
        ranked = self._all[(self.number - 1) * PAGE_SIZE : self.number * PAGE_SIZE]
        threads = self._threads(ranked)
        posts = self._posts(ranked)
        partial = {it.best.thread_id for it in self._search.partial}
        highlighter = Highlighter(self._search.expression)
        return [
            _result(threads[pk], posts.get(pk), highlighter, pk in partial)
            for pk in (it.best.thread_id for it in ranked)
            if pk in threads
        ]

    @cached_property
    def choices(self) -> dict[str, list[FilterChoice]]:
        """The values of each filter that keep some of the threads found, most first."""
        counts = counts_by(self._search.threads)
        names: dict[str, Any] = {
            "type": {value: (value, label) for value, label in ThreadKind.choices},
            "sujet": {it.pk: (it.slug, str(it)) for it in _TOPICS.rows()},
            "espace": {it.pk: (it.slug, str(it)) for it in _SPACES.rows(self._viewer.rights)},
            "resolu": {True: ("oui", ""), False: ("non", "")},
        }
        return {
            name: self._choices_of(name, names[name], of_name)
            for name, of_name in counts.items()
        }

    def _choices_of(self, name, named, counts):
        chosen = self.query.filters.get(name)
        found = []
        for key, count in counts.items():
            if key in named:
                value, label = named[key]
                url = self.query.url(**{name: "" if chosen else value})
                found.append(FilterChoice(value, label, count, url, bool(chosen)))
        return sorted(found, key=lambda it: (-it.count, it.label))

    @property
    def _all(self) -> list[RankedThread]:
        return [*self._search.threads, *self._search.partial]

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


def _result(thread, post, highlighter, is_partial):
    passage = highlighter.passage(markup.plain_text(post.html)) if post else SafeString("")
    if post:
        post.thread = thread
    return Result(thread, post, highlighter.marked(thread.title), passage, is_partial)
