"""A room: the open pages of one thread or of one list, which are served together.

It is below the hub and does not know it: what concerns more than one room it reports to its
RoomListener.
"""

from abc import ABC, abstractmethod
from asyncio import Lock, Task
from typing import Any, ClassVar, Protocol

from accounts.viewers.viewers import AuthenticatedSession
from realtime.connections import Connection, Frame
from realtime.queries import AccessCheck, LiveQueries


class RoomListener(Protocol):
    """What rooms report to, and ask of, whoever holds them: the hub."""

    #: Held while a list is looked at: one at a time, so that threads do not wait for many.
    list_turn: Lock

    def request_delivery(self, room: "Room[Any]") -> None:
        """Update the pages of ``room``, as its pace allows, once for many calls."""

    def posts_read(self, thread_id: int, person_id: int, number: int) -> None:
        """A person has been shown the posts of a thread up to ``number``."""

    def open_room(self, thread_id: int) -> "Room[Any] | None":
        """The room that now holds the open pages of a thread, None where there are none."""

    def database_age(self) -> int:
        """Whole seconds since the database last answered."""


class Room[C: Connection](ABC):
    """Open pages that show the same, in a dictionary used as an ordered set.

    The order is that in which they came, which is how they lie in memory: serving a thousand
    waits less for it. ``is_due``: whether a delivery is wanted, ``delivery_task``: the one that
    runs, ``delivered_at``: when the last one began.
    """

    #: Seconds from one delivery to the next: a burst of changes is one delivery.
    min_interval: ClassVar[float] = 0.05
    #: The thread that the pages show, None where they show a list.
    thread_id: int | None = None

    def __init__(self, listener: RoomListener) -> None:
        self.listener = listener
        self.connections: dict[C, None] = {}
        self.is_due, self.delivered_at = False, 0.0
        self.delivery_task: Task[None] | None = None

    def add(self, connection: C) -> None:
        """Add ``connection``, whose page has just been opened."""
        self.connections[connection] = None
        connection.listener = self

    def remove(self, connection: C) -> None:
        """Let ``connection`` go, which has ended."""
        self.connections.pop(connection, None)

    def connection_writable(self, connection: Connection) -> None:
        """Update the page of ``connection``, which read slowly."""
        self.listener.request_delivery(self)

    def on_message(self, connection: C, message: dict[str, Any]) -> None:
        """Apply what a page sent, and answer how long ago the database last answered."""
        if connection.signed_in:
            connection.push(Frame({"database_age": self.listener.database_age()}))

    @abstractmethod
    def apply_access(
        self, connection: C, signed_in: AuthenticatedSession, access: AccessCheck
    ) -> None:
        """Apply what a check found: let ``connection`` in, bring it up to now, or close it."""

    @abstractmethod
    async def deliver(self, live_queries: LiveQueries) -> None:
        """Send each page what it has not seen; close those that may not see it any more."""

    @abstractmethod
    def reconcile(self) -> None:
        """Repair what was lost, from time to time."""
