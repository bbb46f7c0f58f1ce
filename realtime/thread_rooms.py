"""The room of a thread: its open pages, what they are sent, who is on them."""

import asyncio
from collections import defaultdict
from typing import Any

from accounts.viewers.viewers import AuthenticatedSession, Rights
from realtime import limits, queries
from realtime.connections import Frame, ThreadConnection
from realtime.presence import ThreadPresence
from realtime.readers import ReadersFrames
from realtime.rooms import Room, RoomListener

#: Pages sent to before other work of the process gets a turn.
BATCH_SIZE = 500

#: (rights, language, seq, readers) of pages that are alike: one frame updates them all.
PageState = tuple[Rights, str, int, str | None]
SignedInPage = tuple[ThreadConnection, AuthenticatedSession]


class ThreadRoom(Room[ThreadConnection]):
    """The open pages of a thread.

    ``announced_seq``: the latest change of the thread that anything told of.
    ``is_presence_due``: whether the next delivery shows who else is there. ``readers``: the
    summary of who reads the thread, as last found; None before.
    """

    thread_id: int

    def __init__(self, thread_id: int, listener: RoomListener) -> None:
        super().__init__(listener)
        self.thread_id, self.announced_seq = thread_id, 0
        self.presence, self.is_presence_due = ThreadPresence(self), False
        self.readers: str | None = None

    def remove(self, connection: ThreadConnection) -> None:
        """Let ``connection`` go; tell the others, here and elsewhere, that its reader left."""
        super().remove(connection)
        self.presence.schedule_update()

    def announce(self, seq: int) -> None:
        """Note that the thread has reached change ``seq``; deliver it, if that is news."""
        if seq > self.announced_seq:
            self.announced_seq = seq
            self.listener.request_delivery(self)

    def presence_due(self) -> None:
        """Show who else is there with the next delivery, soon."""
        self.is_presence_due = True
        self.listener.request_delivery(self)

    def is_replaced(self) -> bool:
        """Whether all pages of the thread left, and others have come to a new room since."""
        return self.listener.open_room(self.thread_id) not in (None, self)

    def reconcile(self) -> None:
        """Renew and end the leases of presence."""
        self.presence.reconcile()

    def apply_access(
        self,
        connection: ThreadConnection,
        signed_in: AuthenticatedSession,
        access: queries.AccessCheck,
    ) -> None:
        """Let in whoever sees the thread, and deliver what their page has not seen."""
        is_new = connection.signed_in is None
        if not connection.identify(signed_in):
            return
        seq = access.seqs[signed_in.viewer.rights].get(self.thread_id)
        if seq is None:
            connection.close(limits.NOT_FOUND)
        elif is_new and connection.seq > seq:
            connection.close(limits.RELOAD)
        elif connection.seq < max(seq, self.announced_seq):
            self.announced_seq = max(seq, self.announced_seq)
            self.listener.request_delivery(self)
        elif is_new:
            connection.push(Frame({"seq": seq, "elements": {}}))
        if seq is not None:
            self.readers = access.readers[self.thread_id]
            if connection.shown_readers not in (None, self.readers):
                self.listener.request_delivery(self)
        if is_new and connection.is_open:
            self.presence.schedule_update()

    def on_message(self, connection: ThreadConnection, message: dict[str, Any]) -> None:
        """Apply what a page says of its reader: whether they look, type, what they read."""
        if "reading" in message and connection.reading != bool(message["reading"]):
            connection.reading = bool(message["reading"])
            self.presence.schedule_update()
        if connection.signed_in is not None:
            viewer = connection.signed_in.viewer
            may_write = viewer.is_member and not viewer.silenced_until
            if message.get("writing") and may_write:
                self.presence.note_typing(connection)
            number = _post_number(message.get("read"))
            if number and viewer.is_registered and viewer.person_id is not None:
                connection.read_number = max(number, connection.read_number)
                self.listener.posts_read(self.thread_id, viewer.person_id, number)
        super().on_message(connection, message)

    async def deliver(self, live_queries: queries.LiveQueries) -> None:
        """Update the pages; close those whose readers may not see the thread."""
        shown = self._pages_by_state()
        rights_set = {rights for rights, *_ in shown}
        positions = {(language, seq) for _rights, language, seq, _readers in shown}
        behind = {place for place in positions if place[1] < self.announced_seq}
        uninformed = {
            language for _, language, _, who in shown if who not in (None, self.readers)
        }
        awaited, shows_presence = self.announced_seq, self.is_presence_due
        self.is_presence_due = False
        if not (behind or shows_presence or uninformed):
            return
        pages = rights_set, behind, self.readers, uninformed
        answer = await live_queries.ask(queries.frames_for_thread, self.thread_id, *pages)
        if answer.readers:
            self.readers = answer.readers.summary
        if answer.seq is not None and answer.seq < awaited == self.announced_seq:
            self.announced_seq = answer.seq  # What was announced is not there.
        left_in_batch = BATCH_SIZE
        for (rights, language, seq, _readers), connections in shown.items():
            is_visible, frame = rights in answer.seen_by, answer.frames.get((language, seq))
            # Where what they missed leads to, None where there is nothing.
            new_seq = answer.seq if (language, seq) in behind and answer.seq != seq else None
            for connection, signed_in in connections:
                left_in_batch -= 1
                if not left_in_batch:
                    left_in_batch = BATCH_SIZE
                    await asyncio.sleep(0)
                if not live_queries.still_holds(connection, signed_in):
                    continue
                if not is_visible:
                    connection.close(limits.NOT_FOUND)
                    continue
                if new_seq is not None and frame is None:
                    connection.close(limits.RELOAD)
                elif new_seq is not None and frame and connection.push(frame):
                    connection.seq = new_seq
                if answer.readers and connection.shown_readers not in (None, self.readers):
                    _show_readers(connection, answer.readers)
                if shows_presence:
                    self.presence.show_to(connection)

    def _pages_by_state(self) -> dict[PageState, list[SignedInPage]]:
        """The open pages that can be sent to, by what they show and may see."""
        shown: defaultdict[PageState, list[SignedInPage]] = defaultdict(list)
        for page in self.connections:
            signed_in, rights = page.signed_in, page.rights
            if signed_in is not None and rights is not None and page.is_writable:
                state = rights, page.language, page.seq, page.shown_readers
                shown[state].append((page, signed_in))
        return shown


def _show_readers(connection: ThreadConnection, readers: ReadersFrames) -> None:
    frame = readers.frames.get(connection.language)
    if frame and connection.push(frame):
        connection.shown_readers = readers.summary


def _post_number(number: object) -> int | None:
    """The number of a post that a page sent, None where it is none."""
    return number if isinstance(number, int) and 0 < number < 2**31 else None
