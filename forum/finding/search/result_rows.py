"""Threads that were found, a row each, rendered once for everyone and cached.

What differs from search to search stays out of what is kept, and is put in each time: the title
and the passage with their marks, and how long ago.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple

from django.db.models import FETCH_RAISE, QuerySet
from django.utils.safestring import SafeString

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.fragment_cache import TemplateFragment, row_values
from accounts.base.pagination import PAGE_SIZE
from accounts.base.text import with_no_break_spaces
from accounts.viewers.viewers import Rights
from forum.base import markup
from forum.base.search_index.queries import passages_of_threads
from forum.conversation.files.shown_file import read
from forum.conversation.threads.display_fields import BYLINE_FIELDS, display_fields
from forum.finding.search.passages import Highlighter
from forum.models import Post, Thread

_ROW = TemplateFragment("finding/search/result.html", "row")
#: Where a row has what is put in each time.
_PLACE = "\0"
_THREAD_FIELDS = display_fields(Thread)
_PK, _TITLE, _FIGURES, _LAST_POSTED_AT = map(
    _THREAD_FIELDS.index, ("id", "title", "sheet_figures", "last_posted_at")
)
#: What a row shows of a post; and what it is put in with each time.
_POST_FIELDS = "number", "is_accepted", *BYLINE_FIELDS
_POST_COLUMNS = "thread_id", "created_at", "html", "files", "pk", *_POST_FIELDS
_CREATED_AT, _HTML, _FILES, _POST_PK = range(1, 5)


class Result(NamedTuple):
    """A thread that was found, as the ``html`` of its row; ``pk`` is below zero of a sheet.

    ``is_partial``: whether it has only a part of the words. ``is_new``: whether it was found
    since one last looked.
    """

    pk: int
    html: SafeString
    is_partial: bool = False
    is_new: bool = False


class FoundThread(NamedTuple):
    """A thread, and the post of it whose passage is shown.

    None for its first, with what the thread is found by besides.
    """

    pk: int
    post_id: int | None
    is_partial: bool = False
    is_new: bool = False


class _ShownRow(NamedTuple):
    """The rows of a thread and of a post, None where none is seen, and the text of this."""

    found_thread: FoundThread
    thread: tuple[Any, ...]
    post: tuple[Any, ...] | None
    text: str
    is_public_only: bool

    @property
    def key(self) -> tuple[Any, ...]:
        """All that its HTML is cached by."""
        shown = self.post and self.post[-len(_POST_FIELDS) :]
        is_new = self.found_thread.is_new
        return self.thread, shown, bool(self.text), is_new, self.is_public_only


def show_results(
    rights: Rights,
    found_threads: Sequence[FoundThread],
    highlighter: Highlighter,
    ago: Callable[[datetime], str],
) -> list[Result]:
    """The rows of those of the ``found_threads`` that ``rights`` still see, in their order.

    A row does not name the public space to who reads no other. ``ago`` says how long ago a
    moment was.
    """
    threads = {
        row[_PK]: row for row in _rows(_THREADS, rights, [it.pk for it in found_threads])
    }
    posts = {
        row[0]: row
        for compiled, pks in [
            (_POSTS, [it.post_id for it in found_threads if it.post_id]),
            (_FIRST_POSTS, [it.pk for it in found_threads if not it.post_id]),
        ]
        for row in _rows(compiled, rights, pks)
    }
    by_themselves = [it.pk for it in found_threads if not it.post_id]
    besides = passages_of_threads(rights, by_themselves) if by_themselves else {}
    rows = [
        _ShownRow(
            it, threads[it.pk], post := posts.get(it.pk), _text_of(post, besides.get(it.pk)),
            rights.reads_public_only,
        )
        for it in found_threads
        if it.pk in threads
    ]  # fmt: skip
    cached = _ROW.get_many(row.key for row in rows)
    htmls = {row.found_thread.pk: cached[row.key] for row in rows}
    htmls |= _rendered(rights, [row for row in rows if htmls[row.found_thread.pk] is None])
    return [
        Result(
            row.found_thread.pk,
            _filled(row, html, highlighter, ago),
            row.found_thread.is_partial,
            row.found_thread.is_new,
        )
        for row in rows
        if (html := htmls[row.found_thread.pk]) is not None
    ]


def _rows[Row](
    compiled: CompiledQuery[Row], rights: Rights, pks: Iterable[int]
) -> Iterator[Row]:
    for batch in batched(pks, PAGE_SIZE):
        yield from compiled.rows(rights, **id_values(batch, PAGE_SIZE))


def _rendered(rights: Rights, rows: Sequence[_ShownRow]) -> Mapping[int, str]:
    """The HTML of ``rows`` by thread, which is cached with that."""
    if not rows:
        return {}
    by_thread = {row.found_thread.pk: row for row in rows}
    posts = _rows(_SHOWN_POSTS, rights, [row.post[_POST_PK] for row in rows if row.post])
    shown = {it.thread_id: it for it in posts}
    threads = _rows(_SHOWN_THREADS, rights, by_thread)
    return {it.pk: _render(by_thread[it.pk], it, shown.get(it.pk)) for it in threads}


def _render(row: _ShownRow, thread: Thread, post: Post | None) -> str:
    values = post and row_values(post, _POST_FIELDS)
    has_passage, is_new = bool(row.text and post), row.found_thread.is_new
    if post:
        post.thread = thread
    return _ROW.render(
        (row_values(thread, _THREAD_FIELDS), values, has_passage, is_new, row.is_public_only),
        thread=thread, post=post, has_passage=has_passage, is_new=is_new, place=_PLACE,
        is_public_only=row.is_public_only,
    )  # fmt: skip


def _filled(
    row: _ShownRow, html: str, highlighter: Highlighter, ago: Callable[[datetime], str]
) -> SafeString:
    """``html`` with the title and the passage, marked, and how long ago."""
    title = highlighter.marked(with_no_break_spaces(row.thread[_TITLE]))
    latest = ago(row.thread[_LAST_POSTED_AT])
    values: list[str] = [title]
    values += [highlighter.passage(row.text)] if row.text else []
    values += [ago(row.post[_CREATED_AT])] if row.post else []
    values += [] if row.post and row.thread[_FIGURES] else [latest]
    first, *others = html.split(_PLACE)
    if len(values) != len(others):  # Its post was taken away since the row was read.
        values = [title, latest]
    filled = (f"{value}{rest}" for value, rest in zip(values, others, strict=True))
    return SafeString(first + "".join(filled))


def _text_of(post: tuple[Any, ...] | None, besides: str | None) -> str:
    """The words that ``post`` is found by, those of its files and of its thread last."""
    if post is None:
        return ""
    words = " · ".join(file.words for file in read(post[_FILES]))
    return " ".join(filter(None, [markup.plain_text(post[_HTML]), words, besides]))


def _shown_threads(rights: Rights, **pks: int) -> QuerySet[Thread]:
    rows = Thread.objects.visible_to(rights).with_display_fields()
    return rows.filter(pk__in=pks.values()).order_by()


def _shown_posts(rights: Rights, **pks: int) -> QuerySet[Post]:
    """The posts that they see, with what a row shows of one: reading more is an error."""
    rows = Post.objects.visible_to(rights).filter(pk__in=pks.values()).order_by()
    rows = rows.select_related("author", "seat__organisation__college")
    return rows.only("thread_id", *_POST_FIELDS).fetch_mode(FETCH_RAISE)


def _threads(rights: Rights, **pks: int) -> QuerySet[Thread, Any]:
    rows = Thread.objects.visible_to(rights).filter(pk__in=pks.values())
    return rows.order_by().values_list(*_THREAD_FIELDS)


def _posts(rights: Rights, **pks: int) -> QuerySet[Post, Any]:
    rows = Post.objects.visible_to(rights).filter(pk__in=pks.values())
    return rows.order_by().values_list(*_POST_COLUMNS)


def _first_posts(rights: Rights, **pks: int) -> QuerySet[Post, Any]:
    rows = Post.objects.visible_to(rights).filter(number=1, thread__in=pks.values())
    return rows.order_by().values_list(*_POST_COLUMNS)


_IDS = id_names(PAGE_SIZE)
_THREADS: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_threads, *_IDS)
_POSTS: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_posts, *_IDS)
_FIRST_POSTS: CompiledQuery[tuple[Any, ...]] = CompiledQuery(_first_posts, *_IDS)
_SHOWN_THREADS: CompiledQuery[Thread] = CompiledQuery(_shown_threads, *_IDS)
_SHOWN_POSTS: CompiledQuery[Post] = CompiledQuery(_shown_posts, *_IDS)
