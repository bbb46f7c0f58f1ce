"""A page of a list: the ids of its threads, and their rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, QuerySet
from django.utils.functional import cached_property

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.pagination import LOOK_AHEAD_PAGES, NumberedPage
from accounts.viewers.viewers import AccessLevel, Rights, Viewer
from forum.base.spaces.models import Topic, TopicQuerySet
from forum.conversation.threads.list_rows import ThreadRow, render_rows, row_seqs
from forum.templatetags.forum_tags import ago

if TYPE_CHECKING:
    from forum.conversation.tags.models import Tagging
    from forum.conversation.threads.models import Thread
    from forum.finding.lists.listing import Listing

#: From so many threads on, those of a guest are looked for in the index of their one space.
_DEEP = 1000


class ThreadListPage(NumberedPage[ThreadRow]):
    """The page of threads that ``listing`` asks for, as ``viewer`` sees it.

    The ids of the page and of what lies ahead are read first, from an index alone; then the
    rows of the page by their ids. So a deep page costs little more than the first.
    """

    def __init__(self, viewer: Viewer | Rights, listing: Listing) -> None:
        super().__init__(None, listing.page)
        self._viewer, self._listing = viewer, listing

    @cached_property
    def rows(self) -> list[ThreadRow]:
        """The page's rows, in order; without those that have left since their ids were read."""
        filtered = bool(self._listing.topic), bool(self._listing.space)
        return render_rows(self._viewer.rights, self._ids[: self.size], ago, *filtered)

    @cached_property
    def seqs(self) -> dict[int, int]:
        """``{thread id: seq}`` of the page's rows, in order, without the rows themselves."""
        return row_seqs(self._viewer.rights, self._ids[: self.size])

    @cached_property
    def _ids(self) -> list[int]:
        limit = LOOK_AHEAD_PAGES * self.size + 1
        return thread_ids(self._viewer, self._listing, self.start, limit)

    def _count_ahead(self, limit: int) -> int:
        return len(self._ids[:limit])


def thread_ids(viewer: Viewer | Rights, listing: Listing, start: int, limit: int) -> list[int]:
    """The ids of the threads of ``listing`` from ``start`` on, in order, ``limit`` at most."""
    return [pk for (pk,) in _read_ids(viewer, listing, True, start, limit)]


def count_threads(viewer: Viewer | Rights, listing: Listing, start: int, limit: int) -> int:
    """How many threads of ``listing`` there are from ``start`` on, ``limit`` at most."""
    return len(_read_ids(viewer, listing, False, start, limit))


def _read_ids(
    viewer: Viewer | Rights, listing: Listing, is_ordered: bool, start: int, limit: int
) -> list[tuple[int]]:
    shape, slugs = _shape_of(listing)
    arguments = viewer.rights, shape, is_ordered, start, limit
    is_guest = viewer.level < AccessLevel.MEMBER
    is_deep = start >= _DEEP and is_guest and not listing.is_filtered
    ids = _IDS_QUERY.rows(*arguments, True, **slugs) if is_deep else []
    return ids or _IDS_QUERY.rows(*arguments, False, **slugs)


def views_with_threads(viewer: Viewer | Rights, listing: Listing) -> set[str]:
    """Those of the views *experiences* and *resolus* of ``listing`` that hold a thread."""
    shape, slugs = _shape_of(replace(listing, view="recents", kind=""))
    row = _VIEWS_QUERY.first(viewer.rights, shape, **slugs)
    return {view for view in _VIEWS if getattr(row, f"has_{view}", False)}


def _views_queryset(rights: Rights, shape: Listing, **slugs: Any) -> TopicQuerySet:
    """A topic, whichever, with whether each of the views holds a thread."""
    listing = _listing_of(shape, slugs)
    has_threads = {
        f"has_{view}": Exists(replace(listing, view=view).visible_ids(rights, is_ordered=False))
        for view in _VIEWS
    }
    return Topic.objects.order_by("pk").only("pk").annotate(**has_threads)[:1]


def _shape_of(listing: Listing) -> tuple[Listing, dict[str, str]]:
    """``listing`` with names in place of slugs, and these by name."""
    slugs = {name: getattr(listing, name) for name in _SLUGS}
    names = {name: name if slugs[name] else "" for name in _SLUGS}
    return replace(listing, page=1, **names), slugs


def _listing_of(shape: Listing, slugs: dict[str, Any]) -> Listing:
    return replace(shape, **{name: slugs[name] for name in _SLUGS if getattr(shape, name)})


def _ids_queryset(
    rights: Rights,
    shape: Listing,
    is_ordered: bool,
    start: int,
    limit: int,
    is_of_one_space: bool,
    **slugs: Any,
) -> QuerySet[Thread, Any] | QuerySet[Tagging, Any]:
    listing = _listing_of(shape, slugs)
    return listing.visible_ids(rights, is_ordered, is_of_one_space)[start : start + limit]


_VIEWS = ("experiences", "resolus")
_SLUGS = ("topic", "space", "tag")
_VIEWS_QUERY: CompiledQuery[Topic] = CompiledQuery(_views_queryset, *_SLUGS)
_IDS_QUERY: CompiledQuery[tuple[int]] = CompiledQuery(_ids_queryset, *_SLUGS)
