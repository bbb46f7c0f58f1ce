"""What a room's pages are told: one look for all, and to each the frame for its place."""

import asyncio

from realtime import limits, looks

#: Pages served before others of the process get a turn.
AT_ONCE = 500


async def deliver_thread(hub, room):
    """Bring the pages of a thread up to now; end those that may not, or no longer, see it."""
    lines = [(line, line.signed) for line in room.lines if line.signed and line.is_free]
    kinds = {line.kind for line, _signed in lines}
    behind = {(line.language, line.seq) for line, _signed in lines if line.seq < room.heard}
    awaited, states = room.heard, room.company.due()
    if not (behind or states):
        return
    look = await looks.ask(looks.look_at_thread, hub.audience, room.thread_id, kinds, behind)
    hub.looked(look.changed)
    if look.seq is not None and room.heard == awaited:
        room.heard = look.seq
    for n, (line, signed) in enumerate(lines):
        if n % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        if not hub.is_still(line, signed):
            continue
        if line.kind not in look.seen_by:
            line.end(limits.GONE)
            continue
        place = line.language, line.seq
        if place in behind:
            _catch_up(line, look.seq, look.frames[place])
        if states:
            room.company.show(line)


async def deliver_list(hub, room):
    """Bring the pages of a listing up to now, of the kinds of viewers that are due."""
    for kind in list(room.kinds):
        room.kinds.discard(kind)
        lines = [(line, line.signed) for line in room.by_kind.get(kind, ()) if line.is_free]
        wanted = {(line.language, line.known) for line, _signed in lines}
        if not wanted:
            continue
        try:
            look = await looks.ask(looks.look_at_list, hub.audience, room.listing, kind, wanted)
        except Exception:
            room.kinds.add(kind)  # Still to be done, at the next sweep.
            raise
        hub.looked(look.changed)
        for line, signed in lines:
            if hub.is_still(line, signed):
                _refresh(line, look)


def _catch_up(line, seq, frame):
    if seq == line.seq:  # A poke that told of what is not there.
        return
    if frame is None:
        line.end(limits.RELOAD)
    elif line.push(frame):
        line.seq = seq


def _refresh(line, look):
    if look.rows is None:
        return line.end(limits.GONE)
    shown, order = frozenset(look.rows.items()), tuple(look.rows)
    if line.known == shown and line.order == order:
        return None
    frame = look.frames[line.language, line.known]
    if frame is None:
        line.end(limits.RELOAD)
    elif line.push(frame):
        line.known, line.order = shown, order
    return None
