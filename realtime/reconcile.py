"""What heals whatever was lost: all that is open, compared with the database now and then."""

import asyncio
import logging

from forum.handover.actions import announce_departures
from realtime import queries

log = logging.getLogger("realtime")

#: Seconds between sweeps: a loss is healed within this and the sweep's own time.
INTERVAL = 4.0


async def reconcile_forever(hub):
    """Sweep for as long as a page is open, whatever happens to a sweep; and tell who left."""
    while True:
        await asyncio.sleep(INTERVAL)
        await hub.run_logged(reconcile_once(hub))
        # After it: whatever becomes of this, rights and lost pokes have been seen to.
        await hub.run_logged(queries.run_in_db(announce_departures))


async def reconcile_once(hub):
    """Let go who is not there; bring up to now, or send away, all who are."""
    for connection in list(hub.connections):
        if connection.is_open and (close_code := connection.timeout_code()):
            connection.close(close_code)
    connections = {
        connection
        for connection in hub.connections
        if connection.signed_in and connection.is_open
    }
    hub.session_viewers.retain(hub.by_session_key)
    access, missed = await queries.run_in_db(
        queries.check_access_and_log, hub.session_viewers, open_pages(connections), hub.log_tail
    )
    if missed is None or any(post_id is None for _thread, _seq, post_id, _space in missed):
        hub.schedule_lists(lambda rights: True)  # Moved, perhaps: whence is not in the log.
    for thread_id, seq, _post, space_id in missed or ():
        hub.on_change(thread_id, seq, {space_id})
    hub.apply_access(access, connections)
    for room in hub.list_rooms.values():
        if room.due_rights:
            hub.schedule_delivery(room)
    for room in list(hub.thread_rooms.values()):
        room.presence.reconcile(hub, room)
    hub.badges.reconcile(hub)


def open_pages(connections):
    """(session key, thread id) of ``connections``, the latter None for a list."""
    return {(connection.session_key, connection.thread_id) for connection in connections}
