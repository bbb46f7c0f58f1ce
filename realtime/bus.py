"""Tells the processes that serve open pages that there is something new, and never what.

Every process hears every poke: it is a few bytes, and a process that came and went for
each thread would have that many moments at which to miss one. Which page is concerned is
for its hub to say; that something happened in a private room goes to no page outside it.
"""

import asyncio
import logging
import os
from collections import deque
from contextlib import suppress

from channels.layers import get_channel_layer

from realtime import bus_loop

log = logging.getLogger("realtime")

#: The group of all the processes of this site that serve open pages.
GROUP = "hubs"
#: Seconds that telling everyone may take. Nobody waits for it.
SEND_TIMEOUT = 1.0
#: What is told at once.
MAX_BATCH = 200

_outbox = deque()
os.register_at_fork(after_in_child=_outbox.clear)  # What waits there was not said here.


def publish_event(event, spaces, **kwargs):
    """Have the hubs look at what ``event`` changed. It raises nothing and waits for nothing.

    What was written stands whether or not this arrives: the hubs look again by themselves.
    """
    publish(type="hub.change", thread=event.thread_id, seq=event.seq, spaces=sorted(spaces))


def publish(**message):
    """Send ``message`` to all hubs, from any thread, while the caller goes on."""
    _outbox.append(message)
    bus_loop.run_soon(_send_outbox())


async def _send_outbox():
    """Send all that waits, which is more than one where many write or the layer is slow."""
    if messages := list(_take_batch()):
        await _send_batch(messages)


def _take_batch():
    with suppress(IndexError):
        for _ in range(MAX_BATCH):
            yield _outbox.popleft()


async def _send_batch(messages):
    try:
        async with asyncio.timeout(SEND_TIMEOUT):
            await get_channel_layer().group_send(
                GROUP, {"type": "hub.messages", "messages": messages}
            )
    except Exception as error:  # Whatever ails the layer, the reply has been committed.
        _log_failure(error)
    else:
        _log_failure(None)


def _log_failure(error):
    """Say once that pokes do not leave, and once that they do again."""
    was, _log_failure.now = _log_failure.now, error is not None
    if error is not None and not was:
        log.warning("Open pages are not told of changes; they look by themselves: %r", error)
    elif error is None and was:
        log.warning("Open pages are told of changes again.")


_log_failure.now = False
