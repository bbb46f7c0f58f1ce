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
EXIT_TIMEOUT = 2.0

_serving_loops = []
_own_loop = None
_own_loop_lock = Lock()
_in_flight = set()


def run_soon(coroutine):
    """Run ``coroutine`` soon, from any thread; it deals with its own failures."""
    future = asyncio.run_coroutine_threadsafe(coroutine, _sending_loop())
    _in_flight.add(future)
    future.add_done_callback(_in_flight.discard)


def wait_until_sent(seconds=EXIT_TIMEOUT):
    """Wait until what was sent so far has left, or ``seconds``."""
    wait(list(_in_flight), seconds)


def register_loop(loop):
    """Open pages are served on ``loop``: send from there."""
    _serving_loops.append(loop)


def unregister_loop(loop):
    """No page is open on ``loop`` any more."""
    _serving_loops.remove(loop)


def _sending_loop():
    for loop in _serving_loops:
        if loop.is_running():
            return loop
    with _own_loop_lock:
        return _own_loop or _start_own_loop()


def _start_own_loop():
    global _own_loop
    _own_loop = asyncio.new_event_loop()
    Thread(target=_own_loop.run_forever, name="realtime.bus_loop", daemon=True).start()
    return _own_loop


def _reset_after_fork():
    """After a fork the thread is not there, only what it left."""
    global _own_loop, _own_loop_lock
    _own_loop, _own_loop_lock = None, Lock()
    _serving_loops.clear()
    _in_flight.clear()


atexit.register(wait_until_sent)
os.register_at_fork(after_in_child=_reset_after_fork)
