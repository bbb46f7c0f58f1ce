"""Who is on a thread's page with whom: who reads, who writes a reply. Nothing is stored.

A state, not a stream: it is told whole when it has changed, not more often than the number
of readers allows, and only after the same look that decides who may see the thread. What
other processes tell of their own pages is a lease, which ends unless it is told again.
"""

import asyncio
import time
from dataclasses import dataclass, field
from uuid import uuid4

from django.utils.translation import override

from forum.threads.presence_html import MAX_NAMES, readers_html, writers_html
from realtime.bus import publish
from realtime.frame import Frame

#: Seconds for which someone who typed is said to be writing.
WRITING_SECONDS = 5.0
#: Seconds that what another process told holds, and after which one tells again.
LEASE, LEASE_RENEWAL = 25.0, 10.0
#: Seconds from a change to its telling; between two tellings, and for each page told.
DEBOUNCE, MIN_INTERVAL, INTERVAL_PER_PAGE = 0.1, 1.0, 0.005
#: Writers of one thread, beyond whom each is told of all: what is told stays one for all.
MAX_PERSONAL_WRITERS = 20

_PROCESS_ID = uuid4().hex


@dataclass
class PresenceState:
    """``readers``: ids of the members who read; ``others``: how many more read;
    ``writers``: ids of the members who write; ``names``: of some of those.
    """

    readers: set = field(default_factory=set)
    others: int = 0
    writers: set = field(default_factory=set)
    names: dict = field(default_factory=dict)

    @property
    def is_empty(self):
        """Whether there is nothing to say: nobody writes, and one reader is alone."""
        return len(self.readers) + self.others < 2 and not self.writers

    def add(self, other):
        """Count those of another process in."""
        self.readers |= other.readers
        self.others += other.others
        self.writers |= other.writers
        self.names = other.names | self.names

    def some_names(self, people):
        """Some names, in an order that does not depend on who asks; first come, first named."""
        known = [self.names[person] for person in sorted(people) if person in self.names]
        return known[:MAX_NAMES]


class ThreadPresence:
    """The company of one thread, as one process knows it."""

    def __init__(self):
        """Nobody is here."""
        self._remote, self._timer, self._frames, self._combined = {}, None, {}, PresenceState()
        self._is_due, self._published, self._published_at, self._next_at = (
            False,
            PresenceState(),
            0.0,
            0.0,
        )

    def schedule_update(self, hub, room, soon=0.0):
        """Something may have changed: have it told, when the pace allows."""
        if self._timer is None:
            wait = max(soon, self._next_at - time.monotonic(), DEBOUNCE)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(wait, self._update, hub, room)

    def take_due(self):
        """Whether the pages must be shown anew, once for each time they must."""
        was, self._is_due = self._is_due, False
        return was

    def show_to(self, connection):
        """Tell ``connection`` of its company, unless it shows it as it is."""
        frame = self._frame_for(connection.signed_in.viewer, connection.language)
        if connection.shown_presence is None and self._combined.is_empty:
            connection.shown_presence = frame.data  # As the page came.
        if connection.shown_presence != frame.data and connection.push(frame):
            connection.shown_presence = frame.data

    def note_typing(self, hub, room, connection):
        """Whoever holds ``connection`` has just typed."""
        is_new = connection.writing_until < time.monotonic()
        connection.writing_until = time.monotonic() + WRITING_SECONDS
        if is_new:
            self.schedule_update(hub, room)

    def receive(self, hub, room, process, readers, others, writers, names):
        """Another process told of its pages."""
        if process != _PROCESS_ID:
            theirs = PresenceState(set(readers), others, set(writers), dict(names))
            self._remote[process] = theirs, time.monotonic() + LEASE
            self.schedule_update(hub, room)

    def reconcile(self, hub, room):
        """Let leases end, and renew one's own."""
        now = time.monotonic()
        ended = [who for who, (_theirs, until) in self._remote.items() if until < now]
        for process in ended:
            del self._remote[process]
        if ended or now - self._published_at > LEASE_RENEWAL:
            self.schedule_update(hub, room)

    def _update(self, hub, room):
        now = time.monotonic()
        if hub.thread_rooms.get(room.thread_id) not in (None, room):
            return  # Everybody left, and others have come since: they tell.
        self._timer, self._next_at = (
            None,
            now + max(MIN_INTERVAL, INTERVAL_PER_PAGE * len(room.connections)),
        )
        here = _local_presence(room.connections, now)
        if here != self._published or now - self._published_at > LEASE_RENEWAL:
            self._publish(room.thread_id, here, now)
        self._combined, self._frames = PresenceState(), {}
        for present in (here, *(theirs for theirs, _until in self._remote.values())):
            self._combined.add(present)
        if room.connections:
            self._is_due = True
            hub.schedule_delivery(room)
        if any(connection.writing_until > now for connection in room.connections):
            self.schedule_update(hub, room, soon=WRITING_SECONDS / 2)

    def _publish(self, thread_id, here, now):
        self._published, self._published_at = here, now
        named = sorted(here.writers | here.readers)[: 2 * MAX_NAMES]
        publish(
            type="hub.presence",
            thread=thread_id,
            process=_PROCESS_ID,
            readers=sorted(here.readers),
            others=here.others,
            writers=sorted(here.writers),
            names=[[person, here.names[person]] for person in named],
        )

    def _frame_for(self, viewer, language):
        """One for all who are told the same; who writes is told of the others who do."""
        writers = self._combined.writers
        own = viewer.person_id if len(writers) <= MAX_PERSONAL_WRITERS else None
        key = viewer.is_member, language, own if own in writers else None
        if key not in self._frames:
            self._frames[key] = _presence_frame(self._combined, *key)
        return self._frames[key]


def _local_presence(connections, now):
    here = PresenceState()
    for connection in connections:
        if connection.signed_in is None or not connection.is_open:
            continue
        viewer = connection.signed_in.viewer
        if not viewer.is_member:
            here.others += connection.reading
            continue
        if connection.reading:
            here.readers.add(viewer.person_id)
            here.names[viewer.person_id] = connection.signed_in.name
        if connection.writing_until > now:
            here.writers.add(viewer.person_id)
            here.names[viewer.person_id] = connection.signed_in.name
    return here


def _presence_frame(here, is_member, language, own):
    """What a page shows; ``own``, who looks at it, is not told that they write."""
    readers, writers = len(here.readers) + here.others, here.writers - {own}
    with override(language):
        elements = {
            "thread-readers": readers_html(
                is_member and here.some_names(here.readers), readers
            ),
            "thread-writers": writers_html(
                is_member and here.some_names(writers), len(writers)
            ),
        }
    return Frame({"elements": elements})
