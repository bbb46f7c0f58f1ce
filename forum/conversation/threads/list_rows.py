"""Threads as rows of a list, rendered once for everyone and kept in the fragment cache."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.fragment_cache import TemplateFragment, row_values
from accounts.base.pagination import PAGE_SIZE
from accounts.viewers.viewers import Rights
from forum.conversation.threads.display_fields import display_fields
from forum.conversation.threads.models import Thread

_ROW_TEMPLATE = TemplateFragment("finding/lists/list.html", "row")
#: Where a row says how long ago: the one thing that changes by itself, put in each time.
_AGO_PLACEHOLDER = "\0"
_FIELDS = (*display_fields(Thread), "addressees_text")
_PK_INDEX, _SEQ_INDEX, _LAST_POSTED_INDEX = map(_FIELDS.index, ("id", "seq", "last_posted_at"))


class ThreadRow(NamedTuple):
    """A thread in a list: which, at which change, as what HTML."""

    pk: int
    seq: int
    html: str


def render_rows(
    rights: Rights,
    pks: Sequence[int],
    ago: Callable[[datetime], str],
    is_by_topic: bool = False,
    is_by_space: bool = False,
) -> list[ThreadRow]:
    """The rows of these threads, ``PAGE_SIZE`` at most, in order, that ``rights`` still see.

    ``ago`` says how long ago a moment was. A row names no topic in a list of one topic, no
    space in a list of one space, and not the public space to who reads no other.
    """
    filtered = {"topic": is_by_topic, "space": is_by_space}
    filtered["is_public_only"] = rights.reads_public_only
    visible = _read_rows(rights, list(pks))
    cached = _ROW_TEMPLATE.get_many([_cache_key(row, filtered) for row in visible])
    htmls = {key[0][_PK_INDEX]: html for key, html in cached.items()}
    if missing := [pk for pk, html in htmls.items() if html is None]:
        threads = Thread.objects.visible_to(rights).for_list().filter(pk__in=missing)
        htmls |= {thread.pk: _render_row(thread, filtered) for thread in threads}
    rows = ((row, htmls[row[_PK_INDEX]]) for row in visible)
    return [
        ThreadRow(
            row[_PK_INDEX],
            row[_SEQ_INDEX],
            html.replace(_AGO_PLACEHOLDER, ago(row[_LAST_POSTED_INDEX])),
        )
        for row, html in rows
        if html is not None
    ]


def row_seqs(rights: Rights, pks: Sequence[int]) -> dict[int, int]:
    """``{id: seq}`` of these threads, ``PAGE_SIZE`` at most, in order, as ``render_rows``."""
    if not pks:
        return {}
    seqs = dict(_SEQS_QUERY.rows(rights, **id_values(pks, PAGE_SIZE)))
    return {pk: seqs[pk] for pk in pks if pk in seqs}


def _read_rows(rights: Rights, pks: list[int]) -> list[tuple[Any, ...]]:
    """The rows of these ids that ``rights`` still see, in the order of the ids."""
    if not pks:
        return []
    rows = _ROWS_QUERY.rows(rights, **id_values(pks, PAGE_SIZE))
    by_id = {row[_PK_INDEX]: row for row in rows}
    return [by_id[pk] for pk in pks if pk in by_id]


def _cache_key(row: tuple[Any, ...], filtered: dict[str, bool]) -> tuple[Any, ...]:
    """All that a row shows, but how long ago and the tags, which change with ``seq``."""
    return row, *filtered.values()


def _render_row(thread: Thread, filtered: dict[str, bool]) -> str:
    key = _cache_key(row_values(thread, _FIELDS), filtered)
    return _ROW_TEMPLATE.render(key, thread=thread, listing=filtered, ago=_AGO_PLACEHOLDER)


def _rows_queryset(rights: Rights, **pks: int) -> QuerySet[Thread, tuple[Any, ...]]:
    threads = Thread.objects.visible_to(rights).filter(pk__in=pks.values())
    return threads.order_by().with_addressees().values_list(*_FIELDS)


def _seqs_queryset(rights: Rights, **pks: int) -> QuerySet[Thread, tuple[int, int]]:
    return _rows_queryset(rights, **pks).values_list("pk", "seq")


_ROWS_QUERY = CompiledQuery(_rows_queryset, *id_names(PAGE_SIZE))
_SEQS_QUERY = CompiledQuery(_seqs_queryset, *id_names(PAGE_SIZE))
