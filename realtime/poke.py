"""Tells open pages that there is something new, and never what.

A poke goes to those who show the thread and to those whose lists hold its space. There is
no channel that everyone hears: that something happened in a private room, and when, is
itself news of that room.
"""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger("realtime")

#: Seconds that telling everyone may take. Whoever wrote is waiting meanwhile.
LIMIT = 1.0


def thread_group(thread_id):
    """The group of the pages that show a thread."""
    return f"thread.{thread_id}"


def space_group(space_id):
    """The group of the pages that list the threads of a space, among others perhaps."""
    return f"space.{space_id}"


def poke(event, spaces, **kwargs):
    """Nudge the pages that ``event`` concerns. It raises nothing and takes LIMIT at most.

    What was written stands whether or not this arrives: the pages ask again by themselves.
    """
    try:
        async_to_sync(_tell)(event.thread_id, event.seq, spaces)
    except Exception as error:  # Whatever ails the layer, the reply has been committed.
        log.warning("Change %s told to no open page: %r", event, error)


async def _tell(thread_id, seq, spaces):
    send = get_channel_layer().group_send
    async with asyncio.timeout(LIMIT):
        about = {"type": "thread.poke", "thread": thread_id, "seq": seq}
        await send(thread_group(thread_id), about)
        for space_id in spaces:
            await send(space_group(space_id), {"type": "list.poke"})
