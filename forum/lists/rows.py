"""A page of a list: its rows, rendered once for everyone, then kept (``accounts/base/fragment_cache.py``)."""

from typing import NamedTuple

from django.utils.functional import cached_property

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.fragment_cache import TemplateFragment, row_values
from accounts.base.pagination import NumberedPage
from forum.templatetags.forum_tags import ago
from forum.threads.display_fields import THREAD_FIELDS
from forum.threads.models import Thread

_ROW_TEMPLATE = TemplateFragment("lists/list.html", "row")
#: Where a row says how long ago: the one thing that changes by itself, put in each time.
_AGO_PLACEHOLDER = "\0"
_PK_INDEX, _SEQ_INDEX, _LAST_POSTED_INDEX = (
    THREAD_FIELDS.index(name) for name in ("pk", "seq", "last_posted_at")
)


class ThreadRow(NamedTuple):
    """A thread in a list: which, at which change, as what HTML."""

    pk: int
    seq: int
    html: str


class ThreadListPage(NumberedPage):
    """The page of threads that ``listing`` asks for, as ``viewer`` sees it."""

    def __init__(self, viewer, listing):
        """Read nothing yet."""
        super().__init__(None, listing.page)
        self._viewer, self._listing = viewer, listing

    @cached_property
    def rows(self):
        """The page's rows, in order."""
        found = _ROWS_QUERY.rows(self._viewer.rights, self._listing, self.start, self.size)
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
            if html is not None  # It has left since.
        ]

    def _count_ahead(self, limit):
        return count_threads(self._viewer, self._listing, self.start, limit)


def count_threads(viewer, listing, start, limit):
    """How many threads ``listing`` holds for ``viewer`` from ``start`` on, ``limit`` at most."""
    return len(_COUNT_QUERY.rows(viewer.rights, listing, start, limit))


def _cache_key(row, listing):
    """All that a row shows, but how long ago and the tags, which change with ``seq``."""
    return row, bool(listing.topic), bool(listing.space)


def _render_row(thread, listing):
    row, by_topic, by_space = key = _cache_key(row_values(thread, THREAD_FIELDS), listing)
    filtered = {"topic": by_topic, "space": by_space}
    return _ROW_TEMPLATE.render(key, thread=thread, listing=filtered, ago=_AGO_PLACEHOLDER)


def _row_values(rights, listing, start, size):
    return listing.threads(rights).values_list(*THREAD_FIELDS)[start : start + size]


def _counted_ids(rights, listing, start, limit):
    return listing.threads(rights).order_by().values_list("pk")[start : start + limit]


_ROWS_QUERY, _COUNT_QUERY = CompiledQuery(_row_values), CompiledQuery(_counted_ids)
