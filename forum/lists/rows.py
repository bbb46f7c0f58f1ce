"""A page of a list: the ids of its threads, and their rows."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.functional import cached_property

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.pagination import LOOK_AHEAD_PAGES, NumberedPage
from accounts.viewers.viewers import AccessLevel, Rights, Viewer
from forum.spaces.models import Space
from forum.templatetags.forum_tags import ago
from forum.threads.list_rows import ThreadRow, render_rows

if TYPE_CHECKING:
    from forum.lists.listing import Listing

#: From so many threads on, it pays to ask first whether a guest reads one space only.
_DEEP = 1000


class ThreadListPage(NumberedPage):
    """The page of threads that ``listing`` asks for, as ``viewer`` sees it.

    The ids of the page and of what lies ahead are read first, from an index alone; then the
    rows of the page by their ids. So a deep page costs little more than the first.
    """

    def __init__(self, viewer, listing):
        super().__init__(None, listing.page)
        self._viewer, self._listing = viewer, listing

    @cached_property
    def rows(self) -> list[ThreadRow]:
        """The page's rows, in order; without those that have left since their ids were read."""
        filtered = bool(self._listing.topic), bool(self._listing.space)
        return render_rows(self._viewer.rights, self._ids[: self.size], ago, *filtered)

    @cached_property
    def _ids(self):
        limit = LOOK_AHEAD_PAGES * self.size + 1
        return thread_ids(self._viewer, self._listing, self.start, limit)

    def _count_ahead(self, limit):
        return len(self._ids[:limit])


def thread_ids(
    viewer: Viewer | Rights, listing: "Listing", start: int, limit: int
) -> list[int]:
    """The ids of the threads of ``listing`` from ``start`` on, in order, ``limit`` at most."""
    return [pk for (pk,) in _read_ids(viewer, listing, True, start, limit)]


def count_threads(viewer: Viewer | Rights, listing: "Listing", start: int, limit: int) -> int:
    """How many threads of ``listing`` there are from ``start`` on, ``limit`` at most."""
    return len(_read_ids(viewer, listing, False, start, limit))


def _read_ids(viewer, listing, is_ordered, start, limit):
    if start >= _DEEP and not listing.is_filtered and viewer.level < AccessLevel.MEMBER:
        spaces = _SPACES_QUERY.rows(viewer.rights)
        if len(spaces) == 1:  # Its own index holds no threads that the viewer does not see.
            listing = replace(listing, space=spaces[0])
    slugs = {name: getattr(listing, name) for name in _SLUGS}
    shape = replace(listing, page=1, **{name: name if slugs[name] else "" for name in _SLUGS})
    return _IDS_QUERY.rows(viewer.rights, shape, is_ordered, start, limit, **slugs)


def _ids_queryset(rights, shape, is_ordered, start, limit, **slugs):
    listing = replace(shape, **{name: slugs[name] for name in _SLUGS if getattr(shape, name)})
    return listing.visible_ids(rights, is_ordered)[start : start + limit]


def _spaces_queryset(rights):
    return Space.objects.visible_to(rights).order_by().values_list("slug", flat=True)


_SLUGS = ("topic", "space", "tag")
_IDS_QUERY = CompiledQuery(_ids_queryset, *_SLUGS)
_SPACES_QUERY: CompiledQuery[str] = CompiledQuery(_spaces_queryset)
