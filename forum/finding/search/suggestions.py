"""What is proposed while a search is typed: a few titles, tags and territories."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.viewers.viewers import Rights, Viewer
from forum.base.spaces.models import Space
from forum.conversation.threads.thread_field import thread_id_at
from forum.finding.search.other_results import tags, territories
from forum.finding.search.public_sheets import public_sheets_titled
from forum.finding.search.queries import find_titles
from forum.finding.search.search_query import SearchQuery
from forum.models import Thread

#: The shortest text that something is proposed for, and how much of each kind.
MIN_LENGTH, MAX_THREADS, MAX_OTHERS = 2, 5, 3


def suggestions(viewer: Viewer, typed: str) -> dict[str, list[dict[str, Any]]]:
    """``{"threads": […], "tags": […], "territories": […]}`` for what is being typed.

    The last word may not be complete. Threads, best first, then sheets that the viewer reads as
    public versions alone, have ``title``, ``url`` and ``solved``; tags ``name``, ``url`` and
    ``count``; territories ``name`` and ``url``.
    """
    query = SearchQuery.from_params({"q": typed})
    typed = query.words
    if len(typed) < MIN_LENGTH:
        return {"threads": [], "tags": [], "territories": []}
    ranked = find_titles(viewer, query)[:MAX_THREADS]
    pks = [it.best.thread_id for it in ranked]
    rows = _THREADS.rows(viewer.rights, **id_values(pks, MAX_THREADS)) if pks else []
    threads = {thread.pk: thread for thread in rows}
    shown = [threads[pk] for pk in pks if pk in threads]
    sheets = public_sheets_titled(
        viewer.rights, query.begun_expression, MAX_THREADS - len(shown)
    )
    return {
        "threads": [
            {"title": it.title, "url": it.get_absolute_url(), "solved": it.is_resolved}
            for it in shown
        ]
        + [{"title": it.title, "url": it.get_absolute_url(), "solved": False} for it in sheets],
        "tags": [
            {"name": tag.name, "url": tag.url, "count": tag.count}
            for tag in tags(viewer, typed, MAX_OTHERS)
        ],
        "territories": [
            {"name": str(territory), "url": reverse("territory", args=[territory.slug])}
            for territory in territories(typed, MAX_OTHERS)
        ],
    }


def threads_to_link(viewer: Viewer, typed: str, within: Thread) -> list[dict[str, str]]:
    """Threads whose titles ``typed`` begins or is in, for a link in a post of ``within``.

    Those that ``viewer`` sees, and all who read ``within`` too, by what their spaces are.
    Best first, by ``title`` and ``url``.
    """
    query = SearchQuery.from_params({"q": typed})
    if len(query.words) < MIN_LENGTH:
        return []
    pks = [it.best.thread_id for it in find_titles(viewer, query)]
    threads = _linkable_threads(viewer, within).filter(pk__in=pks)
    shown = sorted(threads.exclude(pk=within.pk), key=lambda thread: pks.index(thread.pk))
    return [_link(thread) for thread in shown[:MAX_THREADS]]


def thread_at(viewer: Viewer, address: str, host: str, within: Thread) -> list[dict[str, str]]:
    """The thread at ``address``, or none, on the terms of ``threads_to_link``."""
    pk = thread_id_at(viewer, address, host)
    return [_link(thread) for thread in _linkable_threads(viewer, within).filter(pk=pk or 0)]


def _linkable_threads(viewer: Viewer, within: Thread) -> QuerySet[Thread]:
    spaces = [
        space.pk for space in Space.objects.visible_to(viewer) if within.space.is_within(space)
    ]
    return Thread.objects.visible_to(viewer).filter(space__in=spaces)


def _link(thread: Thread) -> dict[str, str]:
    return {"title": thread.title, "url": thread.get_absolute_url()}


def _threads(rights: Rights, **pks: int) -> QuerySet[Thread]:
    return Thread.objects.visible_to(rights).filter(pk__in=pks.values())


_THREADS: CompiledQuery[Thread] = CompiledQuery(_threads, *id_names(MAX_THREADS))
