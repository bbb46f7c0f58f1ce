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
LIMIT = 2.0


def health(request):
    """200 with ``{"database": true, "layer": true}``, or 503 saying which one is false."""
    asked = {name: question.ask() for name, question in QUESTIONS.items()}
    answered, _hanging = wait(asked.values(), LIMIT)
    found = {name: answer in answered and answer.result() for name, answer in asked.items()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


class Question:
    """Something that works or not; while it hangs, all who ask wait for the same answer."""

    def __init__(self, work):
        """``work`` raises where it does not work."""
        self._work, self._answer, self._lock = work, None, Lock()

    def ask(self):
        """A future of whether it works."""
        with self._lock:
            if self._answer is None or self._answer.done():
                self._answer = Future()
                Thread(target=self._find, args=(self._answer,), daemon=True).start()
            return self._answer

    def _find(self, answer):
        try:
            self._work()
        except Exception:  # Whatever is wrong, the answer is that it does not work.
            answer.set_result(False)
        else:
            answer.set_result(True)


def _ask_database():
    fresh = connection.copy()
    fresh.connect()
    with closing(fresh.connection) as line, closing(line.cursor()) as cursor:
        cursor.execute("SELECT 1")


@async_to_sync
async def _ask_layer():
    async with timeout(LIMIT):
        await get_channel_layer().group_send("sante", {"type": "sante"})


QUESTIONS = {"database": Question(_ask_database), "layer": Question(_ask_layer)}
