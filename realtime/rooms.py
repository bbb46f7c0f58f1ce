"""The open pages of a process: what each is about, and who shares it."""

import time
from collections import defaultdict

from realtime import limits
from realtime.connections import Connection
from realtime.frame import Frame
from realtime.presence import ThreadPresence


class ThreadConnection(Connection):
    """A page of a thread that has seen change ``seq``; it is looked at while ``reading``."""

    __slots__ = ("reading", "room", "seq", "shown_presence", "writing_until")

    def __init__(self, room, seq, reading, **options):
        """A page of the thread of ``room``; ``options`` are those of the line."""
        super().__init__(**options)
        self.room, self.seq, self.reading, self.writing_until = room, seq, reading, 0.0
        self.shown_presence = None

    @property
    def thread_id(self):
        """The thread that it shows."""
        return self.room.thread_id

    def apply_access(self, hub, signed_in, access):
        """Let in whom the session makes now, if they see the thread; see that it is true."""
        is_new = self.signed_in is None
        if not self.identify(signed_in):
            return
        seq = access.seqs[self.rights].get(self.thread_id)
        if seq is None:
            self.close(limits.NOT_FOUND)
        elif is_new and self.seq > seq:
            self.close(limits.RELOAD)
        elif self.seq < max(seq, self.room.announced_seq):
            self.room.announced_seq = max(seq, self.room.announced_seq)
            hub.schedule_delivery(self.room)
        elif is_new:
            self.push(Frame({"seq": seq, "elements": {}}))
        if is_new and self.is_open:
            self.room.presence.schedule_update(hub, self.room)

    def on_message(self, hub, message):
        """Apply what the page says, and answer how late this process may be."""
        if "reading" in message and self.reading != bool(message["reading"]):
            self.reading = bool(message["reading"])
            self.room.presence.schedule_update(hub, self.room)
        if message.get("writing") and self.signed_in and self.signed_in.viewer.is_member:
            self.room.presence.note_typing(hub, self.room, self)
        if self.signed_in and (number := _post_number(message.get("read"))):
            self._report_read(hub, number)
        if self.signed_in:
            self.push(Frame({"late": hub.staleness.age()}))

    def _report_read(self, hub, number):
        viewer = self.signed_in.viewer
        if viewer.is_registered:
            hub.badges.note_read(hub, self.thread_id, viewer.person_id, number)


class ListConnection(Connection):
    """A page of a list that shows ``known``, a frozenset of (thread id, seq), in ``order``."""

    __slots__ = ("known", "order", "room")

    thread_id = None

    def __init__(self, room, known, **options):
        """A page of the listing of ``room``; ``options`` are those of the line."""
        super().__init__(**options)
        self.room, self.known, self.order = room, known, None

    def apply_access(self, hub, signed_in, access):
        """Let in whom the session makes now; look for them, if that is not as it was.

        What was looked for meanwhile, for who they were, has not been sent.
        """
        before, rights = self.signed_in, self.rights
        if not self.identify(signed_in) or signed_in is before:
            return
        if self.rights != rights:
            self.room.regroup(self, rights, self.rights)
        self.room.due_rights.add(self.rights)
        hub.schedule_delivery(self.room)

    def on_message(self, hub, message):
        """Answer how late this process may be."""
        if self.signed_in:
            self.push(Frame({"late": hub.staleness.age()}))


class Room:
    """What the open pages of one thread, or of one listing, have in common.

    ``connections`` are the keys of a dictionary: in the order in which they came, which is how they
    lie in memory, so that serving a thousand waits less for it.
    """

    #: Seconds from one look to the next: a burst is one look.
    min_interval = 0.05

    def __init__(self):
        """Nobody is here."""
        self.connections, self.task, self.is_due, self.served_at = {}, None, False, 0.0

    def delay(self):
        """Seconds until the next look may be."""
        return max(0.0, self.served_at + self.min_interval - time.monotonic())

    def leave(self, connection):
        """``connection`` has ended."""
        self.connections.pop(connection, None)


class ThreadRoom(Room):
    """The open pages of a thread; ``announced_seq`` is the latest change that anything told of."""

    def __init__(self, thread_id):
        """A thread that nobody looks at yet."""
        super().__init__()
        self.thread_id, self.announced_seq, self.presence = thread_id, 0, ThreadPresence()


class ListRoom(Room):
    """The open pages of a listing; ``due_rights`` are those that must be looked for."""

    min_interval = 1.0

    def __init__(self, listing):
        """A listing that nobody looks at yet."""
        super().__init__()
        self.listing, self.due_rights, self.by_rights = listing, set(), defaultdict(set)

    def regroup(self, connection, before, rights):
        """``connection``, of ``before`` until now, is of ``rights``."""
        self._discard(connection, before)
        self.by_rights[rights].add(connection)

    def leave(self, connection):
        """``connection`` has ended."""
        super().leave(connection)
        if connection.rights:
            self._discard(connection, connection.rights)

    def _discard(self, connection, rights):
        self.by_rights[rights].discard(connection)
        if not self.by_rights[rights]:
            del self.by_rights[rights]


def _post_number(message):
    """The number of a post that a page says, None where it is none."""
    return message if isinstance(message, int) and 0 < message < 2**31 else None
