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

from forum.threads.company import MOST_NAMES, readers_line, writers_line
from realtime.frame import Frame
from realtime.poke import tell

#: Seconds for which someone who typed is said to be writing.
WRITING = 5.0
#: Seconds that what another process told holds, and after which one tells again.
LEASE, RENEWAL = 25.0, 10.0
#: Seconds from a change to its telling; between two tellings, and for each page told.
SOON, PACE, PACE_A_PAGE = 0.1, 1.0, 0.005
#: Writers of one thread, beyond whom each is told of all: what is told stays one for all.
MOST_TOLD_APART = 20

_process = uuid4().hex


@dataclass
class Present:
    """``readers``: ids of the members who read; ``others``: how many more read;
    ``writers``: ids of the members who write; ``names``: of some of those.
    """

    readers: set = field(default_factory=set)
    others: int = 0
    writers: set = field(default_factory=set)
    names: dict = field(default_factory=dict)

    @property
    def is_nothing(self):
        """Whether there is nothing to say: nobody writes, and one reader is alone."""
        return len(self.readers) + self.others < 2 and not self.writers

    def add(self, other):
        """Count those of another process in."""
        self.readers |= other.readers
        self.others += other.others
        self.writers |= other.writers
        self.names = other.names | self.names

    def named(self, people):
        """Some names, in an order that does not depend on who asks; first come, first named."""
        known = [self.names[person] for person in sorted(people) if person in self.names]
        return known[:MOST_NAMES]


class Company:
    """The company of one thread, as one process knows it."""

    def __init__(self):
        """Nobody is here."""
        self._elsewhere, self._timer, self._frames, self._now = {}, None, {}, Present()
        self._is_due, self._told, self._told_at, self._next = False, Present(), 0.0, 0.0

    def touch(self, hub, room, soon=0.0):
        """Something may have changed: have it told, when the pace allows."""
        if self._timer is None:
            wait = max(soon, self._next - time.monotonic(), SOON)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(wait, self._fire, hub, room)

    def due(self):
        """Whether the pages must be shown anew, once for each time they must."""
        was, self._is_due = self._is_due, False
        return was

    def show(self, line):
        """Tell ``line`` of its company, unless it shows it as it is."""
        frame = self._frame(line.signed.viewer, line.language)
        if line.shown is None and self._now.is_nothing:
            line.shown = frame.data  # As the page came.
        if line.shown != frame.data and line.push(frame):
            line.shown = frame.data

    def writes(self, hub, room, line):
        """Whoever holds ``line`` has just typed."""
        is_new = line.writing_until < time.monotonic()
        line.writing_until = time.monotonic() + WRITING
        if is_new:
            self.touch(hub, room)

    def hear(self, hub, room, process, readers, others, writers, names):
        """Another process told of its pages."""
        if process != _process:
            theirs = Present(set(readers), others, set(writers), dict(names))
            self._elsewhere[process] = theirs, time.monotonic() + LEASE
            self.touch(hub, room)

    def sweep(self, hub, room):
        """Let leases end, and renew one's own."""
        now = time.monotonic()
        ended = [who for who, (_theirs, until) in self._elsewhere.items() if until < now]
        for process in ended:
            del self._elsewhere[process]
        if ended or now - self._told_at > RENEWAL:
            self.touch(hub, room)

    def _fire(self, hub, room):
        now = time.monotonic()
        if hub.threads.get(room.thread_id) not in (None, room):
            return  # Everybody left, and others have come since: they tell.
        self._timer, self._next = None, now + max(PACE, PACE_A_PAGE * len(room.lines))
        here = _present(room.lines, now)
        if here != self._told or now - self._told_at > RENEWAL:
            self._tell(room.thread_id, here, now)
        self._now, self._frames = Present(), {}
        for present in (here, *(theirs for theirs, _until in self._elsewhere.values())):
            self._now.add(present)
        if room.lines:
            self._is_due = True
            hub.serve(room)
        if any(line.writing_until > now for line in room.lines):
            self.touch(hub, room, soon=WRITING / 2)

    def _tell(self, thread_id, here, now):
        self._told, self._told_at = here, now
        named = sorted(here.writers | here.readers)[: 2 * MOST_NAMES]
        tell(
            type="hub.company",
            thread=thread_id,
            process=_process,
            readers=sorted(here.readers),
            others=here.others,
            writers=sorted(here.writers),
            names=[[person, here.names[person]] for person in named],
        )

    def _frame(self, viewer, language):
        """One for all who are told the same; who writes is told of the others who do."""
        writers = self._now.writers
        own = viewer.person_id if len(writers) <= MOST_TOLD_APART else None
        key = viewer.is_member, language, own if own in writers else None
        if key not in self._frames:
            self._frames[key] = _said(self._now, *key)
        return self._frames[key]


def _present(lines, now):
    here = Present()
    for line in lines:
        if line.signed is None or not line.is_open:
            continue
        viewer = line.signed.viewer
        if not viewer.is_member:
            here.others += line.reading
            continue
        if line.reading:
            here.readers.add(viewer.person_id)
            here.names[viewer.person_id] = line.signed.name
        if line.writing_until > now:
            here.writers.add(viewer.person_id)
            here.names[viewer.person_id] = line.signed.name
    return here


def _said(here, is_member, language, own):
    """What a page shows; ``own``, who looks at it, is not told that they write."""
    readers, writers = len(here.readers) + here.others, here.writers - {own}
    with override(language):
        elements = {
            "thread-readers": readers_line(is_member and here.named(here.readers), readers),
            "thread-writers": writers_line(is_member and here.named(writers), len(writers)),
        }
    return Frame({"elements": elements})
