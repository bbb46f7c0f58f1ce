"""A thread as its page reads it, and the parts of the page that are about the thread itself."""

from accounts.prepared import Prepared
from accounts.viewers import Viewer
from forum.once import Part, row_of
from forum.threads import shown
from forum.threads.models import Thread

_PARTS = {f"thread-{part}": Part("forum/thread.html", part) for part in ("head", "foot")}


def thread_read_by(viewer, pk):
    """The thread, with what its page shows and ``viewer``'s reading; None if not theirs."""
    return _THREAD.first(viewer.kind, pk=pk, person_id=viewer.person_id)


def thread_read_by_any(kinds, pk):
    """The thread, with what its page shows, where any of ``kinds`` sees it (``seers``)."""
    return _THREAD_OF_ANY.first(frozenset(kinds), pk=pk)


def frame(thread):
    """``{element id: HTML}`` of these parts, from a thread that was read ``as_shown``."""
    row = row_of(thread, shown.THREAD)
    return {
        name: part.recall([row])[row] or part.render(row, thread=thread)
        for name, part in _PARTS.items()
    }


def _thread(kind, pk, person_id):
    viewer = Viewer(*kind, person_id=person_id)
    seen = Thread.objects.visible_to(viewer).as_shown()
    return seen.with_reading(viewer).filter(pk=pk)


def _thread_of_any(kinds, pk):
    return Thread.objects.visible_to_any(kinds).as_shown().filter(pk=pk)


_THREAD = Prepared(_thread, "pk", "person_id")
_THREAD_OF_ANY = Prepared(_thread_of_any, "pk")
