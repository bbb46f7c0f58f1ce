"""Threads that were merged into others, by the addresses that they had."""

from collections.abc import Collection
from functools import partial

from django.db.models import F

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.threads.models import PAGE_SIZE, Post, Thread

#: What stands in the place of posts that the viewer sees elsewhere.
_LEADING_ON = partial(visibility.posts_with_tombstones, prefix="moved_to__")


def thread_merged_from(viewer: Viewer, pk: int) -> Thread | None:
    """The thread into which thread ``pk`` was merged, where ``viewer`` sees it."""
    return Thread.objects.visible_to(viewer).filter(merged_threads=pk).first()


def threads_by_former_id(viewer: Viewer, pks: Collection[int]) -> dict[int, Thread]:
    """``{id: thread}`` of these that ``viewer`` sees, or of what they were merged into."""
    seen = Thread.objects.visible_to(viewer)
    threads = seen.in_bulk(pks)
    if missing := set(pks) - threads.keys():
        merged = seen.filter(merged_threads__in=missing)
        annotations = {"former_id": F("merged_threads")}
        threads |= {row.former_id: row for row in merged.annotate(**annotations)}
    return threads


def url_after_merge(viewer: Viewer, pk: int, page: int) -> str | None:
    """The URL of what stood on ``page`` of thread ``pk`` before it was merged into another.

    None where it was not, or ``viewer`` sees nothing of where it went. Posts that were moved on
    from there are where they are today.
    """
    places = Post.objects.visible_to(viewer, _LEADING_ON)
    places = places.filter(thread=pk, thread__merged_into__isnull=False).order_by("number")
    places = places.select_related("moved_to__thread")
    first = (page - 1) * PAGE_SIZE + 1
    place = places.filter(number__gte=first).first() or places.last()
    if place and place.moved_to:
        return place.moved_to.page_url()
    into = thread_merged_from(viewer, pk)
    return into.get_absolute_url() if into else None
