"""Whether this process can do its work, for load balancers.

Each check runs in a thread of its own, on a connection of its own: one that hangs does not
delay the answer.
"""

from asyncio import timeout
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import closing
from threading import Lock, Thread

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

#: Seconds after which a check that has not answered has failed; long enough for a busy machine.
TIMEOUT = 2.0


@csrf_exempt  # Any other method is refused as such, whatever it sends along.
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 with ``{"database": true, "layer": true}``, or 503 saying which one is false."""
    futures = {name: check.run() for name, check in HEALTH_CHECKS.items()}
    done, _hanging = wait(futures.values(), TIMEOUT)
    results = {name: future in done and future.result() for name, future in futures.items()}
    return JsonResponse(results, status=200 if all(results.values()) else 503)


class HealthCheck:
    """A check that runs once at a time: who asks while it runs waits for the same result."""

    def __init__(self, check: Callable[[], None]) -> None:
        """``check`` raises where something does not work."""
        self._check, self._lock = check, Lock()
        self._result: Future[bool] | None = None

    def run(self) -> "Future[bool]":
        """A future of whether the check passes."""
        with self._lock:
            if self._result is None or self._result.done():
                self._result = Future()
                Thread(target=self._run, args=(self._result,), daemon=True).start()
            return self._result

    def _run(self, result):
        try:
            self._check()
        except Exception:  # Whatever is wrong, the check fails.
            result.set_result(False)
        else:
            result.set_result(True)


def _check_database():
    own = connection.copy()
    own.connect()
    with closing(own.connection) as raw_connection, closing(raw_connection.cursor()) as cursor:
        cursor.execute("SELECT 1")


@async_to_sync
async def _check_channel_layer():
    async with timeout(TIMEOUT):
        await get_channel_layer().group_send("health", {"type": "health"})


HEALTH_CHECKS = {
    "database": HealthCheck(_check_database),
    "layer": HealthCheck(_check_channel_layer),
}
