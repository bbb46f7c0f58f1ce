"""The threads that one leads to, or that lead to it, as its viewer sees them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.base.json_rows import json_rows
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.conversation.threads.links.rules import may_unlink
from forum.conversation.threads.models import Thread


class ShownLink(NamedTuple):
    """Another thread; ``is_back``: it leads to this one, rather than this one to it."""

    title: str
    url: str
    is_answer: bool
    is_back: bool


def shown_links(thread: Thread) -> tuple[ShownLink, ...]:
    """The links of ``thread``, which was read for its page, first where it is answered."""
    texts = (thread.linked_threads, False), (thread.linking_threads, True)
    links = [_shown(row, is_back) for text, is_back in texts for row in json_rows(text)]
    return tuple(sorted(links, key=lambda it: (it.is_back, not it.is_answer)))


def removable_links(viewer: Viewer, thread: Thread) -> list[tuple[ThreadLink, bool]]:
    """The links of ``thread`` that ``viewer`` sees, each with whether they may remove it."""
    return [(link, may_unlink(viewer, link)) for link in _links_of(viewer, thread)]


def _links_of(viewer: Viewer, thread: Thread) -> QuerySet[ThreadLink]:
    seen = ThreadLink.objects.visible_to(viewer)
    seen = (seen.filter(thread=thread) | seen.filter(linked=thread)).order_by("pk")
    return seen.select_related("thread__space", "linked__space", "made_by")


def _shown(row: list[Any], is_back: bool) -> ShownLink:
    kind, pk, title = row
    url = Thread(pk=pk, title=title).get_absolute_url()
    return ShownLink(title, url, kind == LinkKind.ANSWERED_IN, is_back)
