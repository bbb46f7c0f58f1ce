"""Whether this process can do its work, for load balancers.

Each question is asked in a thread of its own and on a connection of its own: what hangs,
hangs there, and the answer comes in time all the same.
"""

from asyncio import timeout
from concurrent.futures import Future, wait
from contextlib import closing
from threading import Lock, Thread

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.http import JsonResponse

#: Seconds after which what has not answered does not answer: a busy machine is no dead one.
TIMEOUT = 2.0


def health(request):
    """200 with ``{"database": true, "layer": true}``, or 503 saying which one is false."""
    running = {name: question.run() for name, question in HEALTH_CHECKS.items()}
    answered, _hanging = wait(running.values(), TIMEOUT)
    found = {name: answer in answered and answer.result() for name, answer in running.items()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


class HealthCheck:
    """Something that works or not; while it hangs, all who ask wait for the same answer."""

    def __init__(self, check):
        """``check`` raises where it does not work."""
        self._check, self._result, self._lock = check, None, Lock()

    def run(self):
        """A future of whether it works."""
        with self._lock:
            if self._result is None or self._result.done():
                self._result = Future()
                Thread(target=self._run, args=(self._result,), daemon=True).start()
            return self._result

    def _run(self, answer):
        try:
            self._check()
        except Exception:  # Whatever is wrong, the answer is that it does not work.
            answer.set_result(False)
        else:
            answer.set_result(True)


def _check_database():
    fresh = connection.copy()
    fresh.connect()
    with closing(fresh.connection) as line, closing(line.cursor()) as cursor:
        cursor.execute("SELECT 1")


@async_to_sync
async def _check_channel_layer():
    async with timeout(TIMEOUT):
        await get_channel_layer().group_send("sante", {"type": "sante"})


HEALTH_CHECKS = {
    "database": HealthCheck(_check_database),
    "layer": HealthCheck(_check_channel_layer),
}
