"""When a change was committed, told in the answer to the request that made it.

``X-Committed`` is CLOCK_REALTIME in nanoseconds, read after COMMIT and before the first
page is told. It is what "how late is the last reader?" is counted from.
"""

import time
from contextvars import ContextVar

from django.apps import AppConfig

committed = ContextVar("committed", default=None)


class Moments(AppConfig):
    """Reads the clock when a change is announced; it must be the first to hear of it."""

    name = "bench"

    def ready(self):
        """Listen to the forum's only signal."""
        from forum.events import recorded

        recorded.connect(_note, dispatch_uid="bench.moments")


def stamped(get_response):
    """Middleware: the moment of the request's last commit becomes a header."""

    def middleware(request):
        committed.set(None)
        response = get_response(request)
        if moment := committed.get():
            response["X-Committed"] = str(moment)
        return response

    return middleware


def _note(sender, **kwargs):
    committed.set(time.clock_gettime_ns(time.CLOCK_REALTIME))
