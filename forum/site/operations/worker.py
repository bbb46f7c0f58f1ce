"""The worker: the processes, or the thread of one, that run background tasks.

Only this folder knows which backend of ``django.tasks`` that is (django-ox): features import
``django.tasks`` alone. On a larger site a worker is a process of its own, ``manage.py
ox_worker``; where one process is all there is, a thread of it does the same.
"""

import atexit
import logging
from threading import Thread

from django.conf import settings
from django.db import connections
from django_ox.worker import Worker

log = logging.getLogger("forum.worker")

#: Seconds between two looks for tasks: each is a question to the database.
POLL_SECONDS = 2.0
#: Seconds that a process which ends waits for the task that its worker is at.
STOP_SECONDS = 10


class InsideWorker:
    """A worker in a thread of this process: ``start`` it, and ``stop`` it before the end."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Run a worker from now on; where one runs already, that one goes on."""
        if self._thread and self._thread.is_alive():
            return
        self._worker = Worker(poll_interval=POLL_SECONDS, concurrency=1)
        self._thread = Thread(target=_run, args=(self._worker,), name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no further task; wait for the one that runs, STOP_SECONDS at most.

        One that takes longer is run again by the next worker.
        """
        if self._worker is None or self._thread is None:
            return
        self._worker.request_stop()
        self._thread.join(STOP_SECONDS)
        if self._thread.is_alive():
            log.warning("A task was left unfinished; it is run again later.")
        self._worker = self._thread = None


def _run(worker: Worker) -> None:
    try:
        worker.run()
    finally:
        connections.close_all()  # This thread's own.


inside_worker = InsideWorker()


def start_inside() -> None:
    """Start this process's worker where the settings ask for one, until the process ends."""
    if settings.FORUM_WORKER_INSIDE:
        inside_worker.start()
        atexit.register(inside_worker.stop)
