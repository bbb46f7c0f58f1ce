"""The bus: what the processes that serve open pages tell each other, over the channel layer.

A message says that a thread changed, never what changed in it. Every process hears every
message and works out for itself which of its pages are concerned, so nothing about a private
space reaches a page outside it. A message that is lost costs seconds: see reconcile.

A process that serves open pages sends from the event loop that serves them. One that does not
(a WSGI worker, a command) sends from a thread of its own. Whoever publishes never waits.
"""

import asyncio
import atexit
import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from channels.layers import get_channel_layer

from forum.base.events import Event

log = logging.getLogger("realtime")

#: The ``dispatch_uid`` under which ``publish_event`` is connected to ``event_recorded``.
SIGNAL_UID = "realtime.bus"
#: The group of all the processes of this site that serve open pages.
GROUP = "hubs"
#: Seconds that sending one batch may take.
SEND_TIMEOUT = 1.0
#: Messages in one batch.
MAX_BATCH = 200
#: Seconds that a process which ends gives to what it is still sending.
EXIT_TIMEOUT = 2.0
#: Seconds that joining the group may take, and between two tries.
JOIN_TIMEOUT, RETRY_DELAY = 5.0, 1.0

_outbox: deque[dict[str, Any]] = deque()
_in_flight: set["Future[None]"] = set()
_serving_loops: list[asyncio.AbstractEventLoop] = []
_own_loop: asyncio.AbstractEventLoop | None = None
_own_loop_lock = Lock()
_is_failing = False


def publish_event(event: Event, spaces: Iterable[int], **kwargs: Any) -> None:
    """Publish to all processes that ``event`` was recorded; the receiver of ``event_recorded``.

    It raises nothing and does not wait: the change stands whether or not the message arrives.
    """
    publish(type="hub.change", thread=event.thread_id, seq=event.seq, spaces=sorted(spaces))


def publish(**message: Any) -> None:
    """Send ``message`` to all processes, from any thread, while the caller goes on."""
    _outbox.append(message)
    sending = asyncio.run_coroutine_threadsafe(_send_outbox(), _sending_loop())
    _in_flight.add(sending)
    sending.add_done_callback(_in_flight.discard)


def wait_until_sent(seconds: float = EXIT_TIMEOUT) -> None:
    """Block until what was published so far has been sent, ``seconds`` at most."""
    wait(list(_in_flight), seconds)


def register_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Send from ``loop``, which serves open pages."""
    _serving_loops.append(loop)


def unregister_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Stop sending from ``loop``, which serves no page any more."""
    _serving_loops.remove(loop)


# ------------------------------------------------------------------------------- sending


async def _send_outbox() -> None:
    """Send a batch of what waits: several messages where many write or the layer is slow."""
    messages: list[dict[str, Any]] = []
    with suppress(IndexError):  # Another loop may take from the same outbox.
        while len(messages) < MAX_BATCH:
            messages.append(_outbox.popleft())
    if messages:
        await _send_batch(messages)


async def _send_batch(messages: list[dict[str, Any]]) -> None:
    try:
        async with asyncio.timeout(SEND_TIMEOUT):
            await get_channel_layer().group_send(
                GROUP, {"type": "hub.messages", "messages": messages}
            )
    except Exception as error:  # Whatever ails the layer, the reply has been committed.
        _note_failure(error)
    else:
        if _is_failing:
            _note_recovery()


def _note_failure(error: Exception) -> None:
    global _is_failing
    if not _is_failing:
        log.warning("Open pages are not told of changes; they look by themselves: %r", error)
    _is_failing = True


def _note_recovery() -> None:
    global _is_failing
    log.warning("Open pages are told of changes again.")
    _is_failing = False


def _sending_loop() -> asyncio.AbstractEventLoop:
    for loop in _serving_loops:
        if loop.is_running():
            return loop
    with _own_loop_lock:
        return _own_loop or _start_own_loop()


def _start_own_loop() -> asyncio.AbstractEventLoop:
    global _own_loop
    _own_loop = asyncio.new_event_loop()
    Thread(target=_own_loop.run_forever, name="realtime.bus", daemon=True).start()
    return _own_loop


def _reset_after_fork() -> None:
    """Discard what belongs to the parent: its thread does not exist in the child."""
    global _own_loop, _own_loop_lock
    _own_loop, _own_loop_lock = None, Lock()
    _outbox.clear()
    _serving_loops.clear()
    _in_flight.clear()


atexit.register(wait_until_sent)
os.register_at_fork(after_in_child=_reset_after_fork)


# ----------------------------------------------------------------------------- receiving


async def subscribe(
    handlers: Mapping[str, Callable[..., None]], subscribed: asyncio.Event
) -> None:
    """Call the handler of each message's type, for ever; set ``subscribed`` once listening.

    ``handlers`` are ``{message type: function}``; the rest of a message are its arguments.
    Where the layer fails, log it once, set ``subscribed`` all the same and try again.
    """
    has_failed = False
    while True:
        try:
            await _subscribe_once(handlers, subscribed)
        except Exception as error:
            subscribed.set()
            if not has_failed:
                log.warning("Nothing is heard of changes; the sweep finds them: %r", error)
            has_failed = True
            await asyncio.sleep(RETRY_DELAY)
        else:
            has_failed = False


async def _subscribe_once(
    handlers: Mapping[str, Callable[..., None]], subscribed: asyncio.Event
) -> None:
    layer = get_channel_layer()
    async with asyncio.timeout(JOIN_TIMEOUT):
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
    subscribed.set()
    while True:
        received = await layer.receive(channel)
        for message in received.get("messages", ()):
            handle = handlers.get(message.pop("type"))
            if handle:
                handle(**message)
