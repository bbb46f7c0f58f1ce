"""A page of a list: its rows, rendered once for everyone, then kept (``forum/once.py``)."""

from typing import NamedTuple

from django.utils.functional import cached_property

from accounts.prepared import Prepared
from forum.once import Part, row_of
from forum.pages import Numbered
from forum.templatetags.foirail import ago
from forum.threads.models import Thread
from forum.threads.shown import THREAD

_ROW = Part("forum/list.html", "row")
#: Where a row says how long ago: the one thing that changes by itself, put in each time.
_AGO = "\0"
_PK, _SEQ, _LAST = (THREAD.index(name) for name in ("pk", "seq", "last_posted_at"))


class Row(NamedTuple):
    """A thread in a list: which, at which change, as what HTML."""

    pk: int
    seq: int
    html: str


class ThreadsPage(Numbered):
    """The page of threads that ``listing`` asks for, as ``viewer`` sees it."""

    def __init__(self, viewer, listing):
        """Read nothing yet."""
        super().__init__(None, listing.page)
        self._viewer, self._listing = viewer, listing

    @cached_property
    def rows(self):
        """The page's rows, in order."""
        found = _ROWS.rows(self._viewer.kind, self._listing, self.start, self.size)
        kept = _ROW.recall([_key(row, self._listing) for row in found])
        htmls = {key[0][_PK]: html for key, html in kept.items()}
        if missing := [pk for pk, html in htmls.items() if html is None]:
            threads = Thread.objects.visible_to(self._viewer).for_list().filter(pk__in=missing)
            htmls |= {thread.pk: _render(thread, self._listing) for thread in threads}
        rows = ((row, htmls[row[_PK]]) for row in found)
        return [
            Row(row[_PK], row[_SEQ], html.replace(_AGO, ago(row[_LAST])))
            for row, html in rows
            if html is not None  # It has left since.
        ]

    def _ahead(self, most):
        return count(self._viewer, self._listing, self.start, most)


def count(viewer, listing, start, most):
    """How many threads ``listing`` holds for ``viewer`` from ``start`` on, ``most`` at most."""
    return len(_COUNTED.rows(viewer.kind, listing, start, most))


def _key(row, listing):
    """All that a row shows, but how long ago and the tags, which change with ``seq``."""
    return row, bool(listing.topic), bool(listing.space)


def _render(thread, listing):
    row, by_topic, by_space = key = _key(row_of(thread, THREAD), listing)
    filtered = {"topic": by_topic, "space": by_space}
    return _ROW.render(key, thread=thread, listing=filtered, ago=_AGO)


def _rows(kind, listing, start, size):
    return listing.threads(kind).values_list(*THREAD)[start : start + size]


def _counted(kind, listing, start, most):
    return listing.threads(kind).order_by().values_list("pk")[start : start + most]


_ROWS, _COUNTED = Prepared(_rows), Prepared(_counted)
