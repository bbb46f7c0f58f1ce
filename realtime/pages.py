"""The open pages of a process: what each is about, and who shares it."""

import time
from collections import defaultdict

from realtime import limits
from realtime.company import Company
from realtime.frame import Frame
from realtime.line import Line


class ThreadLine(Line):
    """A page of a thread that has seen change ``seq``; it is looked at while ``reading``."""

    __slots__ = ("reading", "room", "seq", "shown", "writing_until")

    def __init__(self, room, seq, reading, **ends):
        """A page of the thread of ``room``; ``ends`` are those of the line."""
        super().__init__(**ends)
        self.room, self.seq, self.reading, self.writing_until = room, seq, reading, 0.0
        self.shown = None

    @property
    def thread_id(self):
        """The thread that it shows."""
        return self.room.thread_id

    def admit(self, hub, signed, found):
        """Let in whom the session makes now, if they see the thread; see that it is true."""
        is_new = self.signed is None
        if not self.recognise(signed):
            return
        seq = found.seqs[self.kind].get(self.thread_id)
        if seq is None:
            self.end(limits.GONE)
        elif is_new and self.seq > seq:
            self.end(limits.RELOAD)
        elif self.seq < max(seq, self.room.heard):
            self.room.heard = max(seq, self.room.heard)
            hub.serve(self.room)
        elif is_new:
            self.push(Frame({"seq": seq, "elements": {}}))
        if is_new and self.is_open:
            self.room.company.touch(hub, self.room)

    def told(self, hub, said):
        """Apply what the page says, and answer how late this process may be."""
        if "reading" in said and self.reading != bool(said["reading"]):
            self.reading = bool(said["reading"])
            self.room.company.touch(hub, self.room)
        if said.get("writing") and self.signed and self.signed.viewer.is_member:
            self.room.company.writes(hub, self.room, self)
        if self.signed and (number := _number(said.get("read"))):
            self._has_read(hub, number)
        if self.signed:
            self.push(Frame({"late": hub.freshness.late()}))

    def _has_read(self, hub, number):
        viewer = self.signed.viewer
        if viewer.is_registered:
            hub.badges.read(hub, self.thread_id, viewer.person_id, number)


class ListLine(Line):
    """A page of a list that shows ``known``, a frozenset of (thread id, seq), in ``order``."""

    __slots__ = ("known", "order", "room")

    thread_id = None

    def __init__(self, room, known, **ends):
        """A page of the listing of ``room``; ``ends`` are those of the line."""
        super().__init__(**ends)
        self.room, self.known, self.order = room, known, None

    def admit(self, hub, signed, found):
        """Let in whom the session makes now; look for them, if that is not as it was.

        What was looked for meanwhile, for who they were, has not been sent.
        """
        before, kind = self.signed, self.kind
        if not self.recognise(signed) or signed is before:
            return
        if self.kind != kind:
            self.room.place(self, kind, self.kind)
        self.room.kinds.add(self.kind)
        hub.serve(self.room)

    def told(self, hub, said):
        """Answer how late this process may be."""
        if self.signed:
            self.push(Frame({"late": hub.freshness.late()}))


class Room:
    """What the open pages of one thread, or of one listing, have in common.

    ``lines`` are the keys of a dictionary: in the order in which they came, which is how they
    lie in memory, so that serving a thousand waits less for it.
    """

    #: Seconds from one look to the next: a burst is one look.
    pace = 0.05

    def __init__(self):
        """Nobody is here."""
        self.lines, self.task, self.due, self.looked = {}, None, False, 0.0

    def wait(self):
        """Seconds until the next look may be."""
        return max(0.0, self.looked + self.pace - time.monotonic())

    def leave(self, line):
        """``line`` has ended."""
        self.lines.pop(line, None)


class ThreadRoom(Room):
    """The open pages of a thread; ``heard`` is the latest change that anything told of."""

    def __init__(self, thread_id):
        """A thread that nobody looks at yet."""
        super().__init__()
        self.thread_id, self.heard, self.company = thread_id, 0, Company()


class ListRoom(Room):
    """The open pages of a listing; ``kinds`` are those that must be looked for."""

    pace = 1.0

    def __init__(self, listing):
        """A listing that nobody looks at yet."""
        super().__init__()
        self.listing, self.kinds, self.by_kind = listing, set(), defaultdict(set)

    def place(self, line, before, kind):
        """``line``, of ``before`` until now, is of ``kind``."""
        self._take(line, before)
        self.by_kind[kind].add(line)

    def leave(self, line):
        """``line`` has ended."""
        super().leave(line)
        if line.kind:
            self._take(line, line.kind)

    def _take(self, line, kind):
        self.by_kind[kind].discard(line)
        if not self.by_kind[kind]:
            del self.by_kind[kind]


def _number(said):
    """The number of a post that a page says, None where it is none."""
    return said if isinstance(said, int) and 0 < said < 2**31 else None
