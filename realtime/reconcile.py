"""Reconciling: what was lost on the way is found in the database, every few seconds.

The hub compares all open pages with the database (``Hub.reconcile``); here are the loop that
has it do so, and the part of the log that it reads.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple

from accounts.viewers.rights_clock import SessionViewers
from forum.base import events
from forum.members.handover.actions import announce_departures
from realtime.queries import AccessCheck, OpenPage, check_access, run_in_db

#: Seconds between two comparisons: a loss is repaired within this and their own time.
INTERVAL = 4.0
#: Ids of the log that are read again each time: ids are taken before they are committed.
LOG_OVERLAP = 300
#: With more than this many rows at once, every page is compared instead.
MAX_LOG_ROWS = 2000


class LogRow(NamedTuple):
    """An event of the log; ``post_id`` is None where it is about the thread itself."""

    thread_id: int
    seq: int
    post_id: int | None
    space_id: int


class LogTail:
    """The end of the log, and which of its events were announced by the bus.

    ``announced``: (thread id, seq) of what the bus announced since the log was last read.
    """

    def __init__(self) -> None:
        self.announced: set[tuple[int, int]] = set()
        self._last_id: int | None = None
        self._seen: set[int] = set()

    def unannounced(self) -> list[LogRow] | None:
        """New events that the bus did not announce; one query.

        None where that is not known, since they are too many or this is the first time: all
        that is open is to be compared then.
        """
        is_first = self._last_id is None
        last_id = events.latest_event_id() if self._last_id is None else self._last_id
        start = max(0, last_id - LOG_OVERLAP)
        rows = list(events.events_after(start)[: LOG_OVERLAP + MAX_LOG_ROWS])
        announced, self.announced = self.announced, set()
        seen, self._seen = self._seen, {row[0] for row in rows}
        self._last_id = max(self._seen, default=start)
        if len(rows) == LOG_OVERLAP + MAX_LOG_ROWS:
            self._last_id = None
            return None
        if is_first:
            return None
        new = [LogRow(*row[1:]) for row in rows if row[0] not in seen]
        return [row for row in new if (row.thread_id, row.seq) not in announced]


@dataclass
class AccessAndLog(AccessCheck):
    """An access check, and what ``LogTail.unannounced`` found."""

    missed: list[LogRow] | None


def check_access_and_log(
    session_viewers: SessionViewers, pages: Collection[OpenPage], log_tail: LogTail
) -> AccessAndLog:
    """Check the access of ``pages``, which are all that are open, and read the log's end."""
    access = check_access(session_viewers, pages)
    return AccessAndLog(**vars(access), missed=log_tail.unannounced())


async def reconcile_forever(
    reconcile: Callable[[], Coroutine[Any, Any, None]],
    run_logged: Callable[[Awaitable[Any]], Awaitable[None]],
) -> None:
    """Await ``reconcile()`` again and again, and announce the departures that came meanwhile.

    ``run_logged`` awaits and logs what fails, so that neither ends the loop.
    """
    while True:
        await asyncio.sleep(INTERVAL)
        await run_logged(reconcile())
        # After it: whatever becomes of this, rights and lost messages have been seen to.
        await run_logged(run_in_db(announce_departures))
