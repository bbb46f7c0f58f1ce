"""The open pages of a process: which there are, in which rooms, and how many it may hold."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from forum.finding.lists.listing import Listing
from realtime import limits
from realtime.connections import Connection, Frame, ThreadConnection
from realtime.list_rooms import ListRoom
from realtime.queries import OpenPage
from realtime.rooms import Room, RoomListener
from realtime.thread_rooms import ThreadRoom

log = logging.getLogger("realtime")


class Registry:
    """The connections and rooms of a process.

    ``connections``: each with its room. ``by_session_key``: the connections of a session.
    """

    def __init__(self, listener: RoomListener) -> None:
        self._listener = listener
        self.connections: dict[Connection, Room[Any]] = {}
        self.by_session_key: defaultdict[str, set[Connection]] = defaultdict(set)
        self.thread_rooms: dict[int, ThreadRoom] = {}
        self.list_rooms: dict[Listing, ListRoom] = {}
        self._quota = ConnectionQuota()

    def thread_room(self, thread_id: int) -> ThreadRoom:
        """The room of the pages of a thread, a new one where none is open."""
        if thread_id not in self.thread_rooms:
            self.thread_rooms[thread_id] = ThreadRoom(thread_id, self._listener)
        return self.thread_rooms[thread_id]

    def list_room(self, listing: Listing) -> ListRoom:
        """The room of the pages of a listing, a new one where none is open."""
        if listing not in self.list_rooms:
            self.list_rooms[listing] = ListRoom(listing, self._listener)
        return self.list_rooms[listing]

    def add[C: Connection](self, connection: C, room: Room[C], address: str) -> bool:
        """Add ``connection`` to ``room``; return False where it must be closed."""
        self.connections[connection] = room
        self.by_session_key[connection.session_key].add(connection)
        room.add(connection)
        return self._quota.acquire(address, _listing_of(room))

    def remove(self, connection: Connection, address: str) -> None:
        """Let ``connection`` go, which has ended, and its room where that was its last page."""
        room = self.connections.pop(connection)
        self._quota.release(address, _listing_of(room))
        self.by_session_key[connection.session_key].discard(connection)
        if not self.by_session_key[connection.session_key]:
            del self.by_session_key[connection.session_key]
        room.remove(connection)
        if not room.connections:
            self._drop(room)

    def of_sessions(self, session_keys: Iterable[str]) -> Iterator[Connection]:
        """The connections of sessions."""
        for session_key in session_keys:
            yield from self.by_session_key.get(session_key, ())

    def by_person(self) -> dict[int, list[Connection]]:
        """The connections of each person who is signed in."""
        people: dict[int, list[Connection]] = {}
        for connection in self.connections:
            if connection.signed_in is not None:
                viewer = connection.signed_in.viewer
                if viewer.is_registered and viewer.person_id is not None:
                    people.setdefault(viewer.person_id, []).append(connection)
        return people

    def readers_of(self, thread_id: int) -> set[int]:
        """The people who have a page of the thread in view; not the guests."""
        room = self.thread_rooms.get(thread_id)
        return {
            connection.signed_in.viewer.person_id
            for connection in (room.connections if room else ())
            if connection.reading
            and connection.signed_in
            and connection.signed_in.viewer.person_id is not None
        }

    def posts_in_view(self, connections: Iterable[Connection]) -> list[tuple[int, int]]:
        """``(thread id, number of the last post read)`` of those that are pages in view."""
        return [
            (room.thread_id, page.read_number)
            for page in connections
            if isinstance(page, ThreadConnection) and page.reading and page.read_number
            if isinstance(room := self.connections.get(page), ThreadRoom)
        ]

    def checked(self) -> list[Connection]:
        """The open connections whose session has been checked before."""
        return [it for it in self.connections if it.signed_in and it.is_open]

    def rooms(self) -> list[Room[Any]]:
        """All rooms."""
        return [*self.list_rooms.values(), *self.thread_rooms.values()]

    def open_pages(self, connections: Iterable[Connection]) -> set[OpenPage]:
        """What a check of ``connections`` must ask about."""
        return {(it.session_key, self.connections[it].thread_id) for it in connections}

    def broadcast(self, frame: Frame) -> None:
        """Send ``frame`` to all pages that can be written to."""
        for connection in list(self.connections):
            connection.push(frame)

    def close_timed_out(self) -> None:
        """Close the connections whose other end is gone, or does not read."""
        for connection in list(self.connections):
            if connection.is_open and (close_code := connection.timeout_code()):
                connection.close(close_code)

    def _drop(self, room: Room[Any]) -> None:
        if isinstance(room, ThreadRoom):
            self.thread_rooms.pop(room.thread_id, None)
        elif isinstance(room, ListRoom):
            self.list_rooms.pop(room.listing, None)


def _listing_of(room: Room[Any]) -> Listing | None:
    return room.listing if isinstance(room, ListRoom) else None


class ConnectionQuota:
    """How many pages and lists a process holds, and how many of them for one address."""

    def __init__(self) -> None:
        self._count, self._refused = 0, set[str]()
        self._count_by_address: Counter[str] = Counter()
        self._pages_by_listing: Counter[Listing] = Counter()
        self._listings_by_address: defaultdict[str, Counter[Listing]] = defaultdict(Counter)

    def acquire(self, address: str, listing: Listing | None = None) -> bool:
        """Count a connection from ``address``, to a page of ``listing`` where it is a list.

        False where there are too many. ``release`` it in both cases when it has ended.
        """
        self._count += 1
        self._count_by_address[address] += 1
        if listing is not None:
            self._pages_by_listing[listing] += 1
            self._listings_by_address[address][listing] += 1
        is_free = (
            self._count <= limits.MAX_CONNECTIONS
            and self._count_by_address[address] <= limits.MAX_CONNECTIONS_PER_ADDRESS
            and len(self._pages_by_listing) <= limits.MAX_LISTINGS
            and len(self._listings_by_address.get(address, ()))
            <= limits.MAX_LISTINGS_PER_ADDRESS
        )
        if not is_free and address not in self._refused:
            self._refused.add(address)
            log.warning("Too many open pages, some from %s: more are refused.", address)
        return is_free

    def release(self, address: str, listing: Listing | None = None) -> None:
        """Count a connection from ``address`` no more."""
        self._count -= 1
        if listing is not None:
            _take_one(self._pages_by_listing, listing)
            _take_one(self._listings_by_address[address], listing)
        if _take_one(self._count_by_address, address):
            self._listings_by_address.pop(address, None)
            self._refused.discard(address)


def _take_one[Key](counts: Counter[Key], key: Key) -> bool:
    """Take one from ``counts[key]``; return whether none is left, and the key with it."""
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
    return key not in counts
