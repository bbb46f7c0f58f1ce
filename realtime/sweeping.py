"""What heals whatever was lost: all that is open, compared with the database now and then."""

import asyncio
import logging

from forum.succession.actions import mark_departures
from realtime import looks

log = logging.getLogger("realtime")

#: Seconds between sweeps: a loss is healed within this and the sweep's own time.
INTERVAL = 4.0


async def sweep_always(hub):
    """Sweep for as long as a page is open, whatever happens to a sweep; and tell who left."""
    while True:
        await asyncio.sleep(INTERVAL)
        await hub.guarded(sweep(hub))
        # After it: whatever becomes of this, rights and lost pokes have been seen to.
        await hub.guarded(looks.ask(mark_departures))


async def sweep(hub):
    """Let go who is not there; bring up to now, or send away, all who are."""
    for line in list(hub.lines):
        if line.is_open and (code := line.overdue()):
            line.end(code)
    lines = {line for line in hub.lines if line.signed and line.is_open}
    hub.audience.keep(hub.by_key)
    found, missed = await looks.ask(looks.sweep, hub.audience, pages_of(lines), hub.tail)
    if missed is None or any(post_id is None for _thread, _seq, post_id, _space in missed):
        hub.serve_lists(lambda kind: True)  # Moved, perhaps: whence is not in the log.
    for thread_id, seq, _post, space_id in missed or ():
        hub.poked(thread_id, seq, {space_id})
    hub.admit(found, lines)
    for room in hub.lists.values():
        if room.kinds:
            hub.serve(room)
    for room in list(hub.threads.values()):
        room.company.sweep(hub, room)
    hub.badges.sweep(hub)


def pages_of(lines):
    """(session key, thread id) of ``lines``, the latter None for a list."""
    return {(line.key, line.thread_id) for line in lines}
