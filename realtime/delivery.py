"""What a room's pages are told: one look for all, and to each the frame for its place."""

import asyncio

from realtime import limits, queries

#: Pages served before others of the process get a turn.
BATCH_SIZE = 500


async def deliver_thread(hub, room):
    """Bring the pages of a thread up to now; end those that may not, or no longer, see it."""
    connections = [
        (connection, connection.signed_in)
        for connection in room.connections
        if connection.signed_in and connection.is_writable
    ]
    rights_set = {connection.rights for connection, _signed_in in connections}
    behind = {
        (connection.language, connection.seq)
        for connection, _signed_in in connections
        if connection.seq < room.announced_seq
    }
    awaited, states = room.announced_seq, room.presence.take_due()
    if not (behind or states):
        return
    result = await queries.run_in_db(
        queries.frames_for_thread, hub.session_viewers, room.thread_id, rights_set, behind
    )
    hub.apply_changed_sessions(result.changed)
    if result.seq is not None and room.announced_seq == awaited:
        room.announced_seq = result.seq
    for n, (connection, signed_in) in enumerate(connections):
        if n % BATCH_SIZE == BATCH_SIZE - 1:
            await asyncio.sleep(0)
        if not hub.is_current(connection, signed_in):
            continue
        if connection.rights not in result.seen_by:
            connection.close(limits.NOT_FOUND)
            continue
        position = connection.language, connection.seq
        if position in behind:
            _catch_up_thread(connection, result.seq, result.frames[position])
        if states:
            room.presence.show_to(connection)


async def deliver_list(hub, room):
    """Bring the pages of a listing up to now, of the kinds of viewers that are due."""
    for rights in list(room.due_rights):
        room.due_rights.discard(rights)
        connections = [
            (connection, connection.signed_in)
            for connection in room.by_rights.get(rights, ())
            if connection.is_writable
        ]
        wanted = {
            (connection.language, connection.known) for connection, _signed_in in connections
        }
        if not wanted:
            continue
        try:
            result = await queries.run_in_db(
                queries.frames_for_list, hub.session_viewers, room.listing, rights, wanted
            )
        except Exception:
            room.due_rights.add(rights)  # Still to be done, at the next sweep.
            raise
        hub.apply_changed_sessions(result.changed)
        for connection, signed_in in connections:
            if hub.is_current(connection, signed_in):
                _catch_up_list(connection, result)


def _catch_up_thread(connection, seq, frame):
    if seq == connection.seq:  # A poke that told of what is not there.
        return
    if frame is None:
        connection.close(limits.RELOAD)
    elif connection.push(frame):
        connection.seq = seq


def _catch_up_list(connection, result):
    if result.rows is None:
        return connection.close(limits.NOT_FOUND)
    shown, order = frozenset(result.rows.items()), tuple(result.rows)
    if connection.known == shown and connection.order == order:
        return None
    frame = result.frames[connection.language, connection.known]
    if frame is None:
        connection.close(limits.RELOAD)
    elif connection.push(frame):
        connection.known, connection.order = shown, order
    return None
