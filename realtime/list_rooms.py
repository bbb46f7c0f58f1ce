"""The room of a list of threads: its open pages, and what they are sent."""

from collections import defaultdict

from accounts.viewers.viewers import AuthenticatedSession, Rights
from forum.finding.lists.listing import Listing
from realtime import limits, queries
from realtime.connections import Connection, ListConnection
from realtime.rooms import Room, RoomListener


class ListRoom(Room[ListConnection]):
    """The open pages of a listing.

    ``by_rights``: they, by the rights of their readers. ``due_rights``: those of them that the
    next delivery is for.
    """

    min_interval = 1.0

    def __init__(self, listing: Listing, listener: RoomListener) -> None:
        super().__init__(listener)
        self.listing = listing
        self.by_rights: defaultdict[Rights, set[ListConnection]] = defaultdict(set)
        self.due_rights: set[Rights] = set()

    def remove(self, connection: ListConnection) -> None:
        """Let ``connection`` go, which has ended."""
        super().remove(connection)
        self._discard(connection, connection.rights)

    def announce(self, rights: set[Rights]) -> None:
        """Deliver to the pages of readers with these ``rights``."""
        if rights:
            self.due_rights |= rights
            self.listener.request_delivery(self)

    def connection_writable(self, connection: Connection) -> None:
        """Update the page of ``connection``, which read slowly."""
        if connection.rights is not None:
            self.due_rights.add(connection.rights)
        super().connection_writable(connection)

    def reconcile(self) -> None:
        """Try again where a delivery failed."""
        if self.due_rights:
            self.listener.request_delivery(self)

    def apply_access(
        self,
        connection: ListConnection,
        signed_in: AuthenticatedSession,
        access: queries.AccessCheck,
    ) -> None:
        """Let in whoever the session belongs to; deliver to them, if that is not as it was.

        What a delivery asked for meanwhile, for who they were, has not been sent.
        """
        before, rights = connection.signed_in, connection.rights
        if not connection.identify(signed_in) or signed_in is before:
            return
        if signed_in.viewer.rights != rights:
            self._discard(connection, rights)
            self.by_rights[signed_in.viewer.rights].add(connection)
        self.due_rights.add(signed_in.viewer.rights)
        self.listener.request_delivery(self)

    async def deliver(self, live_queries: queries.LiveQueries) -> None:
        """Update the pages of readers with ``due_rights``, one kind after another."""
        for rights in list(self.due_rights):
            self.due_rights.discard(rights)
            connections = [
                (connection, connection.signed_in)
                for connection in self.by_rights.get(rights, ())
                if connection.signed_in and connection.is_writable
            ]
            wanted = {
                (connection.language, connection.known)
                for connection, _signed_in in connections
            }
            if not wanted:
                continue
            try:
                async with self.listener.list_turn:
                    answer = await live_queries.ask(
                        queries.frames_for_list, self.listing, rights, wanted
                    )
            except Exception:
                self.due_rights.add(rights)  # Still to be done, when next reconciled.
                raise
            for connection, signed_in in connections:
                if live_queries.still_holds(connection, signed_in):
                    _catch_up(connection, answer)

    def _discard(self, connection: ListConnection, rights: Rights | None) -> None:
        if rights is not None and connection in self.by_rights.get(rights, ()):
            self.by_rights[rights].discard(connection)
            if not self.by_rights[rights]:
                del self.by_rights[rights]


def _catch_up(connection: ListConnection, answer: queries.ListFrames) -> None:
    if answer.rows is None:
        connection.close(limits.NOT_FOUND)
        return
    known, order = frozenset(answer.rows.items()), tuple(answer.rows)
    if connection.known == known and connection.order == order:
        return
    frame = answer.frames[connection.language, connection.known]
    if frame is None:
        connection.close(limits.RELOAD)
    elif connection.push(frame):
        connection.known, connection.order = known, order
