"""How a process hears what the others tell: its one channel of the layer."""

import asyncio
import logging

from channels.layers import get_channel_layer

from realtime.poke import HUBS

log = logging.getLogger("realtime")

#: Seconds that joining the others may take, and between two tries.
PATIENCE, AGAIN = 5, 1


async def listen(hub):
    """Pass on what is told, for ever; where the layer fails, say so once and try again."""
    is_deaf = False
    while True:
        try:
            await _listen(hub)
        except Exception as error:
            hub.ready.set()  # Who waits to look after listening need wait no longer.
            if not is_deaf:
                log.warning("Nothing is heard of changes; the sweep finds them: %r", error)
            is_deaf = True
            await asyncio.sleep(AGAIN)
        else:
            is_deaf = False


async def _listen(hub):
    layer = get_channel_layer()
    async with asyncio.timeout(PATIENCE):
        channel = await layer.new_channel()
        await layer.group_add(HUBS, channel)
    hub.ready.set()
    while True:
        message = await layer.receive(channel)
        for told in message.get("told", ()):
            hear = _HEARERS.get(told.pop("type"))
            if hear:
                hear(hub, **told)


def _poked(hub, thread, seq, spaces):
    hub.poked(thread, seq, spaces)


def _company(hub, thread, **told):
    room = hub.threads.get(thread)
    if room is not None:
        room.company.hear(hub, room, **told)


_HEARERS = {"hub.poke": _poked, "hub.company": _company}
