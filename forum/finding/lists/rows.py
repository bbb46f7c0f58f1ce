"""A page of a list: the ids of its threads, and their rows."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.functional import cached_property

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.pagination import LOOK_AHEAD_PAGES, NumberedPage
from accounts.viewers.viewers import AccessLevel, Rights, Viewer
from forum.conversation.threads.list_rows import ThreadRow, render_rows, row_seqs
from forum.templatetags.forum_tags import ago

if TYPE_CHECKING:
    from forum.finding.lists.listing import Listing

#: From so many threads on, those of a guest are looked for in the index of their one space.
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
    def seqs(self) -> dict[int, int]:
        """``{thread id: seq}`` of the page's rows, in order, without the rows themselves."""
        return row_seqs(self._viewer.rights, self._ids[: self.size])

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
    slugs = {name: getattr(listing, name) for name in _SLUGS}
    shape = replace(listing, page=1, **{name: name if slugs[name] else "" for name in _SLUGS})
    arguments = viewer.rights, shape, is_ordered, start, limit
    is_guest = viewer.level < AccessLevel.MEMBER
    is_deep = start >= _DEEP and is_guest and not listing.is_filtered
    ids = _IDS_QUERY.rows(*arguments, True, **slugs) if is_deep else []
    return ids or _IDS_QUERY.rows(*arguments, False, **slugs)


def _ids_queryset(rights, shape, is_ordered, start, limit, is_of_one_space, **slugs):
    listing = replace(shape, **{name: slugs[name] for name in _SLUGS if getattr(shape, name)})
    return listing.visible_ids(rights, is_ordered, is_of_one_space)[start : start + limit]


_SLUGS = ("topic", "space", "tag")
_IDS_QUERY = CompiledQuery(_ids_queryset, *_SLUGS)
