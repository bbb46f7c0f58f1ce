"""How a process hears what the others tell: its one channel of the layer."""

import asyncio
import logging

from channels.layers import get_channel_layer

from realtime.bus import GROUP

log = logging.getLogger("realtime")

#: Seconds that joining the others may take, and between two tries.
JOIN_TIMEOUT, RETRY_DELAY = 5, 1


async def subscribe(hub):
    """Pass on what is told, for ever; where the layer fails, say so once and try again."""
    has_failed = False
    while True:
        try:
            await _subscribe_once(hub)
        except Exception as error:
            hub.subscribed.set()  # Who waits to look after listening need wait no longer.
            if not has_failed:
                log.warning("Nothing is heard of changes; the sweep finds them: %r", error)
            has_failed = True
            await asyncio.sleep(RETRY_DELAY)
        else:
            has_failed = False


async def _subscribe_once(hub):
    layer = get_channel_layer()
    async with asyncio.timeout(JOIN_TIMEOUT):
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
    hub.subscribed.set()
    while True:
        message = await layer.receive(channel)
        for payload in message.get("messages", ()):
            receive = _HANDLERS.get(payload.pop("type"))
            if receive:
                receive(hub, **payload)


def _on_change(hub, thread, seq, spaces):
    hub.on_change(thread, seq, spaces)


def _on_presence(hub, thread, **payload):
    room = hub.thread_rooms.get(thread)
    if room is not None:
        room.presence.receive(hub, room, **payload)


_HANDLERS = {"hub.change": _on_change, "hub.presence": _on_presence}
