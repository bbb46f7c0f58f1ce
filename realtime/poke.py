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

from realtime import sending

log = logging.getLogger("realtime")

#: The group of all the processes of this site that serve open pages.
HUBS = "hubs"
#: Seconds that telling everyone may take. Nobody waits for it.
LIMIT = 1.0
#: What is told at once.
MOST = 200

_waiting = deque()
os.register_at_fork(after_in_child=_waiting.clear)  # What waits there was not said here.


def poke(event, spaces, **kwargs):
    """Have the hubs look at what ``event`` changed. It raises nothing and waits for nothing.

    What was written stands whether or not this arrives: the hubs look again by themselves.
    """
    tell(type="hub.poke", thread=event.thread_id, seq=event.seq, spaces=sorted(spaces))


def tell(**message):
    """Send ``message`` to all hubs, from any thread, while the caller goes on."""
    _waiting.append(message)
    sending.send(_tell())


async def _tell():
    """Send all that waits, which is more than one where many write or the layer is slow."""
    if told := list(_taken()):
        await _send(told)


def _taken():
    with suppress(IndexError):
        for _ in range(MOST):
            yield _waiting.popleft()


async def _send(told):
    try:
        async with asyncio.timeout(LIMIT):
            await get_channel_layer().group_send(HUBS, {"type": "hub.told", "told": told})
    except Exception as error:  # Whatever ails the layer, the reply has been committed.
        _trouble(error)
    else:
        _trouble(None)


def _trouble(error):
    """Say once that pokes do not leave, and once that they do again."""
    was, _trouble.now = _trouble.now, error is not None
    if error is not None and not was:
        log.warning("Open pages are not told of changes; they look by themselves: %r", error)
    elif error is None and was:
        log.warning("Open pages are told of changes again.")


_trouble.now = False
