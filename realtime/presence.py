"""Who else is on a thread's page: who reads, who is writing a reply. Nothing is stored.

It is a state: sent whole when it has changed, no more often than the number of pages allows,
and only in a delivery, which checks who may see the thread. What other processes publish of
their own pages is a lease, which ends unless it is renewed.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol
from uuid import uuid4

from django.utils.translation import override

from accounts.viewers.viewers import Viewer
from forum.conversation.threads.presence_html import (
    MAX_NAMES,
    other_readers_html,
    readers_html,
    writers_html,
)
from realtime.bus import publish
from realtime.connections import Frame, ThreadConnection

#: Seconds for which someone who typed is said to be writing.
WRITING_SECONDS = 5.0
#: Seconds for which what another process published holds, and after which one publishes again.
LEASE, LEASE_RENEWAL = 25.0, 10.0
#: Seconds from a change to its delivery; between two deliveries; more of it for each page.
DEBOUNCE, MIN_INTERVAL, INTERVAL_PER_PAGE = 0.1, 1.0, 0.005
#: Above this many writers, those who write are told of themselves too: one frame for all.
MAX_PERSONAL_WRITERS = 20

_PROCESS_ID = uuid4().hex


class PresenceRoom(Protocol):
    """What a ThreadPresence needs of the room that it describes."""

    thread_id: int
    connections: dict[ThreadConnection, None]

    def presence_due(self) -> None:
        """Schedule a delivery, with which the room's pages are shown who is there."""

    def is_replaced(self) -> bool:
        """Whether all pages of the thread left, and others have come to a new room since."""


@dataclass
class PresenceState:
    """``readers``: ids of the members who read; ``others``: how many more read;
    ``writers``: ids of the members who write; ``names``: of some of those.
    """

    readers: set[int] = field(default_factory=set)
    others: int = 0
    writers: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: nobody writes, and at most one person reads."""
        return len(self.readers) + self.others < 2 and not self.writers

    def add(self, other: "PresenceState") -> None:
        """Add the people of ``other``, the state of another process."""
        self.readers |= other.readers
        self.others += other.others
        self.writers |= other.writers
        self.names = other.names | self.names

    def named(self, people: set[int]) -> list[int]:
        """Those of ``people`` who are shown by name, in an order that is the same for all."""
        return [person for person in sorted(people) if person in self.names][:MAX_NAMES]

    def some_names(self, people: set[int]) -> list[str]:
        """The names of some of ``people``."""
        return [self.names[person] for person in self.named(people)]


class PresenceAudience(NamedTuple):
    """To whom it is shown who is there: a member is told of others, if they read without them.

    ``own``: the id of one who would be named, or is writing; None of all others.
    """

    is_member: bool
    reads: bool
    own: int | None


class ThreadPresence:
    """Who is on the pages of one thread, as far as this process knows."""

    def __init__(self, room: PresenceRoom) -> None:
        self._room = room
        self._remote: dict[str, tuple[PresenceState, float]] = {}
        self._combined, self._published = PresenceState(), PresenceState()
        self._named: list[int] = []
        self._published_at = self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._frames: dict[tuple[str, PresenceAudience], Frame] = {}

    def schedule_update(self, delay: float = 0.0) -> None:
        """Compute the state again in ``delay`` seconds, or later where the pace demands it."""
        if self._timer is None:
            wait = max(delay, self._next_at - time.monotonic(), DEBOUNCE)
            self._timer = asyncio.get_running_loop().call_later(wait, self._update)

    def show_to(self, connection: ThreadConnection) -> None:
        """Send the state to ``connection``, unless its page shows it already."""
        if connection.signed_in is None:
            return
        viewer = connection.signed_in.viewer
        frame = self._frame_for(viewer, connection.language, reads=connection.reading)
        if connection.shown_presence is None and self._combined.is_empty:
            connection.shown_presence = frame.data  # As the page was loaded.
        if connection.shown_presence != frame.data and connection.push(frame):
            connection.shown_presence = frame.data

    def note_typing(self, connection: ThreadConnection) -> None:
        """Note that whoever has the page of ``connection`` has just typed."""
        was_silent = connection.writing_until < time.monotonic()
        connection.writing_until = time.monotonic() + WRITING_SECONDS
        if was_silent:
            self.schedule_update()

    def receive(
        self,
        process: str,
        readers: Iterable[int],
        others: int,
        writers: Iterable[int],
        names: Iterable[tuple[int, str]],
    ) -> None:
        """Note what ``process`` published of its own pages of this thread."""
        if process != _PROCESS_ID:
            state = PresenceState(set(readers), others, set(writers), dict(names))
            self._remote[process] = state, time.monotonic() + LEASE
            self.schedule_update()

    def reconcile(self) -> None:
        """Drop the leases that have ended, and renew this process's own."""
        now = time.monotonic()
        ended = [process for process, (_, until) in self._remote.items() if until < now]
        for process in ended:
            del self._remote[process]
        if ended or now - self._published_at > LEASE_RENEWAL:
            self.schedule_update()

    def _update(self) -> None:
        room, now = self._room, time.monotonic()
        if room.is_replaced():
            return  # The new room publishes for this process.
        self._timer = None
        self._next_at = now + max(MIN_INTERVAL, INTERVAL_PER_PAGE * len(room.connections))
        local = _local_presence(room.connections, now)
        if local != self._published or now - self._published_at > LEASE_RENEWAL:
            self._publish(local, now)
        self._combined, self._frames = PresenceState(), {}
        for state in (local, *(remote for remote, _until in self._remote.values())):
            self._combined.add(state)
        self._named = self._combined.named(self._combined.readers)
        if room.connections:
            room.presence_due()
        if any(connection.writing_until > now for connection in room.connections):
            self.schedule_update(delay=WRITING_SECONDS / 2)

    def _publish(self, local: PresenceState, now: float) -> None:
        self._published, self._published_at = local, now
        named = sorted(local.writers | local.readers)[: 2 * MAX_NAMES]
        publish(
            type="hub.presence",
            thread=self._room.thread_id,
            process=_PROCESS_ID,
            readers=sorted(local.readers),
            others=local.others,
            writers=sorted(local.writers),
            names=[[person, local.names[person]] for person in named],
        )

    def _frame_for(self, viewer: Viewer, language: str, *, reads: bool = False) -> Frame:
        """One frame for all who are shown the same; those who read or write see the others."""
        person, writers = viewer.person_id, self._combined.writers
        is_writer = person in writers and len(writers) <= MAX_PERSONAL_WRITERS
        is_named = viewer.is_member and person in self._named
        reads = reads or person in self._combined.readers
        own = person if is_writer or is_named else None
        key = language, PresenceAudience(viewer.is_member, reads and viewer.is_member, own)
        if key not in self._frames:
            self._frames[key] = _presence_frame(self._combined, *key)
        return self._frames[key]


def _local_presence(connections: Iterable[ThreadConnection], now: float) -> PresenceState:
    state = PresenceState()
    for connection in connections:
        if connection.signed_in is None or not connection.is_open:
            continue
        viewer, name = connection.signed_in.viewer, connection.signed_in.name
        if not (viewer.is_member and viewer.person_id is not None and name):
            state.others += connection.reading  # Who is not to be named is counted.
            continue
        if connection.reading:
            state.readers.add(viewer.person_id)
            state.names[viewer.person_id] = name
        if connection.writing_until > now:
            state.writers.add(viewer.person_id)
            state.names[viewer.person_id] = name
    return state


def _presence_frame(state: PresenceState, language: str, audience: PresenceAudience) -> Frame:
    """What a page shows: names of others to members, numbers to anyone else."""
    readers, writers = state.readers - {audience.own}, state.writers - {audience.own}
    total = len(state.readers) + state.others - audience.reads
    with override(language):
        if audience.is_member:
            readers_element = other_readers_html(state.some_names(readers), total)
        else:
            readers_element = readers_html(total)
        names = state.some_names(writers) if audience.is_member else []
        elements = {
            "thread-readers": readers_element,
            "thread-writers": writers_html(names, len(writers)),
        }
    return Frame({"elements": elements})
