"""When a change was committed, told in the answer to the request that made it.

``X-Committed`` is CLOCK_REALTIME in nanoseconds, read after COMMIT and before the first
page is told. It is what "how late is the last reader?" is counted from.
"""

import os
import time
from contextvars import ContextVar

from django.apps import AppConfig

from bench import change_costs

committed = ContextVar("committed", default=None)


class CommitClock(AppConfig):
    """Reads the clock when a change is announced; it must be the first to hear of it."""

    name = "bench"

    def ready(self):
        """Listen to the forum's only signal."""
        from forum.base.events import event_recorded

        event_recorded.connect(_note_commit, dispatch_uid="bench.commit_clock")
        if os.environ.get("BENCH_COUNTS"):
            change_costs.start()


def commit_header_middleware(get_response):
    """Middleware: the moment of the request's last commit becomes a header."""

    def middleware(request):
        committed.set(None)
        response = get_response(request)
        if moment := committed.get():
            response["X-Committed"] = str(moment)
        return response

    return middleware


def _note_commit(sender, **kwargs):
    committed.set(time.clock_gettime_ns(time.CLOCK_REALTIME))
