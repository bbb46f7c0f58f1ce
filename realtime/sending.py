"""Where what a process tells the others is sent from, so that no writer waits for it.

A process that serves open pages sends from the loop that serves them. One that does not (a
WSGI worker, a command) has a thread of its own for it, with a loop whose connections last.
"""

import asyncio
import atexit
import os
from concurrent.futures import wait
from threading import Lock, Thread

#: Seconds that a process which ends gives what is still leaving.
LAST_WORDS = 2.0

_serving = []
_own = None
_lock = Lock()
_leaving = set()


def send(coroutine):
    """Run ``coroutine`` soon, from any thread; it deals with its own failures."""
    future = asyncio.run_coroutine_threadsafe(coroutine, _loop())
    _leaving.add(future)
    future.add_done_callback(_leaving.discard)


def settle(seconds=LAST_WORDS):
    """Wait until what was sent so far has left, or ``seconds``."""
    wait(list(_leaving), seconds)


def serve_from(loop):
    """Open pages are served on ``loop``: send from there."""
    _serving.append(loop)


def serve_no_more(loop):
    """No page is open on ``loop`` any more."""
    _serving.remove(loop)


def _loop():
    for loop in _serving:
        if loop.is_running():
            return loop
    with _lock:
        return _own or _start()


def _start():
    global _own
    _own = asyncio.new_event_loop()
    Thread(target=_own.run_forever, name="realtime.sending", daemon=True).start()
    return _own


def _forget():
    """After a fork the thread is not there, only what it left."""
    global _own, _lock
    _own, _lock = None, Lock()
    _serving.clear()
    _leaving.clear()


atexit.register(settle)
os.register_at_fork(after_in_child=_forget)
