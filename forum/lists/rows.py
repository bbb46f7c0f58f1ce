"""A page of a list: its rows, rendered once for everyone and kept in the fragment cache."""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.utils.functional import cached_property

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.fragment_cache import TemplateFragment, row_values
from accounts.base.pagination import LOOK_AHEAD_PAGES, PAGE_SIZE, NumberedPage
from accounts.viewers.viewers import Rights, Viewer
from forum.spaces.models import Space
from forum.templatetags.forum_tags import ago
from forum.threads.display_fields import display_fields
from forum.threads.models import Thread

if TYPE_CHECKING:
    from forum.lists.listing import Listing

#: From so many threads on, it pays to ask first whether the viewer reads one space only.
_DEEP = 1000
_ROW_TEMPLATE = TemplateFragment("lists/list.html", "row")
#: Where a row says how long ago: the one thing that changes by itself, put in each time.
_AGO_PLACEHOLDER = "\0"
_FIELDS = display_fields(Thread)
_PK_INDEX, _SEQ_INDEX, _LAST_POSTED_INDEX = map(_FIELDS.index, ("id", "seq", "last_posted_at"))


class ThreadRow(NamedTuple):
    """A thread in a list: which, at which change, as what HTML."""

    pk: int
    seq: int
    html: str


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
        found = _read_rows(self._viewer.rights, self._ids[: self.size])
        kept = _ROW_TEMPLATE.get_many([_cache_key(row, self._listing) for row in found])
        htmls = {key[0][_PK_INDEX]: html for key, html in kept.items()}
        if missing := [pk for pk, html in htmls.items() if html is None]:
            threads = Thread.objects.visible_to(self._viewer).for_list().filter(pk__in=missing)
            htmls |= {thread.pk: _render_row(thread, self._listing) for thread in threads}
        rows = ((row, htmls[row[_PK_INDEX]]) for row in found)
        return [
            ThreadRow(
                row[_PK_INDEX],
                row[_SEQ_INDEX],
                html.replace(_AGO_PLACEHOLDER, ago(row[_LAST_POSTED_INDEX])),
            )
            for row, html in rows
            if html is not None
        ]

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
    if start >= _DEEP and not listing.is_filtered:
        spaces = _SPACES_QUERY.rows(viewer.rights)
        if len(spaces) == 1:  # Its own index holds no threads that the viewer does not see.
            listing = replace(listing, space=spaces[0])
    slugs = {name: getattr(listing, name) for name in _SLUGS}
    shape = replace(listing, page=1, **{name: name if slugs[name] else "" for name in _SLUGS})
    return _IDS_QUERY.rows(viewer.rights, shape, is_ordered, start, limit, **slugs)


def _read_rows(rights, pks):
    """The rows of these ids that ``rights`` still see, in the order of the ids."""
    if not pks:
        return []
    places = {f"pk_{n}": pk for n, pk in enumerate(pks + pks[:1] * (PAGE_SIZE - len(pks)))}
    found = {row[_PK_INDEX]: row for row in _ROWS_QUERY.rows(rights, **places)}
    return [found[pk] for pk in pks if pk in found]


def _cache_key(row, listing):
    """All that a row shows, but how long ago and the tags, which change with ``seq``."""
    return row, bool(listing.topic), bool(listing.space)


def _render_row(thread, listing):
    row, by_topic, by_space = key = _cache_key(row_values(thread, _FIELDS), listing)
    filtered = {"topic": by_topic, "space": by_space}
    return _ROW_TEMPLATE.render(key, thread=thread, listing=filtered, ago=_AGO_PLACEHOLDER)


def _ids_queryset(rights, shape, is_ordered, start, limit, **slugs):
    listing = replace(shape, **{name: slugs[name] for name in _SLUGS if getattr(shape, name)})
    return listing.visible_ids(rights, is_ordered)[start : start + limit]


def _spaces_queryset(rights):
    return Space.objects.visible_to(rights).order_by().values_list("slug", flat=True)


def _rows_queryset(rights, **pks):
    found = Thread.objects.visible_to(rights).filter(pk__in=pks.values())
    return found.order_by().values_list(*_FIELDS)


_SLUGS = ("topic", "space", "tag")
_IDS_QUERY = CompiledQuery(_ids_queryset, *_SLUGS)
_SPACES_QUERY: CompiledQuery[str] = CompiledQuery(_spaces_queryset)
_ROWS_QUERY = CompiledQuery(_rows_queryset, *(f"pk_{n}" for n in range(PAGE_SIZE)))
