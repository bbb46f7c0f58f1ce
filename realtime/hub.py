"""The hub: one per process, it serves all open pages of the process.

A reply costs a process one query and one rendering, however many pages show its thread; each
page that may see it gets the same bytes. Rights are asked for at every delivery. Every few
seconds all that is open is compared with the database, so that a message or a right that was
lost shows its effect within five seconds.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError

from accounts.viewers.viewers import Rights
from realtime import bus, limits, queries, reconcile
from realtime.badges import Badges
from realtime.connections import Connection, close_all
from realtime.registry import Registry
from realtime.rooms import Room

log = logging.getLogger("realtime")
#: Raised where the database is down: pages stay open, and say that they may be stale.
DATABASE_DOWN = (OperationalError, InterfaceError)
#: Seconds for which the first checks wait until the bus is listened to.
SUBSCRIBE_TIMEOUT = 0.5

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, "Hub"] = WeakKeyDictionary()


def current_hub() -> "Hub":
    """The hub of the running event loop; a process has one loop, tests have several."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Hub:
    """Brings the bus, the database and the open pages of a process together.

    It is the RoomListener of its rooms. ``spaces_by_rights``: the spaces whose threads each
    kind of viewer may see, by slug. ``unchecked``: connections whose access must be checked.
    ``subscribed``: set while the bus is listened to. ``list_turn``: held by the one list that
    is being looked at, so that a thread waits for no more than that.
    """

    def __init__(self) -> None:
        self.registry = Registry(self)
        self.queries = queries.LiveQueries(self.recheck_sessions, self.registry.broadcast)
        self.badges = Badges(self.registry, self.queries)
        self.log_tail = reconcile.LogTail()
        self.spaces_by_rights: dict[Rights, dict[str, int]] = {}
        self.unchecked: set[Connection] = set()
        self.subscribed = asyncio.Event()
        self.list_turn = asyncio.Lock()
        self.check_task: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def join[C: Connection](self, connection: C, room: Room[C], address: str = "") -> None:
        """Add ``connection`` to ``room`` and check it soon; close it if there are too many."""
        if not self.registry.connections:
            self._start()
        if self.registry.add(connection, room, address):
            self.schedule_check(connection)
        else:
            connection.close(limits.UNAVAILABLE)

    def leave(self, connection: Connection, address: str = "") -> None:
        """Let ``connection`` go, which has ended."""
        self.unchecked.discard(connection)
        self.registry.remove(connection, address)
        if not self.registry.connections:
            self._stop()

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self.queries.restart()
        self.log_tail = reconcile.LogTail()
        self._tasks = [
            loop.create_task(bus.subscribe(self.bus_handlers(), self.subscribed)),
            loop.create_task(reconcile.reconcile_forever(self.reconcile, self.run_logged)),
            loop.create_task(self.badges.count_forever(self.run_logged)),
        ]
        bus.register_loop(loop)

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self.subscribed.clear()
        bus.unregister_loop(asyncio.get_running_loop())

    def bus_handlers(self) -> Mapping[str, Callable[..., None]]:
        """What is called for each type of message of the bus."""
        return {"hub.change": self.on_change, "hub.presence": self.on_presence}

    def on_change(self, thread: int, seq: int, spaces: Iterable[int]) -> None:
        """A thread has reached change ``seq``, which the lists of ``spaces`` may show.

        A message that comes twice or late changes nothing.
        """
        self.log_tail.announced.add((thread, seq))
        if room := self.registry.thread_rooms.get(thread):
            room.announce(seq)
        self.badges.changed_threads.add(thread)
        space_ids, visible = frozenset(spaces), self.spaces_by_rights
        self.schedule_lists(
            lambda rights: not space_ids.isdisjoint(visible.get(rights, {}).values())
        )

    def on_presence(self, thread: int, **state: Any) -> None:
        """Take in who is on the pages of a thread, as one of the processes has published it."""
        if room := self.registry.thread_rooms.get(thread):
            room.presence.receive(**state)

    def schedule_lists(self, concerns: Callable[[Rights], bool]) -> None:
        """Deliver to the lists of those kinds of viewers that something ``concerns``."""
        for room in self.registry.list_rooms.values():
            room.announce({rights for rights in room.by_rights if concerns(rights)})

    def request_delivery(self, room: Room[Any]) -> None:
        """Update the pages of ``room``, as its pace allows, once for many calls."""
        room.is_due = True
        if room.delivery_task is None:
            loop = asyncio.get_running_loop()
            room.delivery_task = loop.create_task(self._deliver(room))

    async def _deliver(self, room: Room[Any]) -> None:
        try:
            while room.is_due and room.connections:
                next_at = room.delivered_at + room.min_interval
                await asyncio.sleep(max(0.0, next_at - time.monotonic()))
                room.is_due, room.delivered_at = False, time.monotonic()
                await room.deliver(self.queries)
        except Exception as error:
            # Where the database is down, what is behind is delivered when next reconciled.
            if self._log_failure("Open pages could not be served.", error):
                close_all(room.connections, limits.SERVER_ERROR)
        finally:
            room.delivery_task = None

    def posts_read(self, thread_id: int, person_id: int, number: int) -> None:
        """A person has been shown the posts of a thread up to ``number``."""
        self.badges.note_read(thread_id, person_id, number)

    def open_room(self, thread_id: int) -> Room[Any] | None:
        """The room that now holds the open pages of a thread, None where there are none."""
        return self.registry.thread_rooms.get(thread_id)

    def database_age(self) -> int:
        """Whole seconds since the database last answered."""
        return self.queries.age()

    def schedule_check(self, *connections: Connection) -> None:
        """Check soon, all ``connections`` at once, whose they are and what they may see."""
        self.unchecked.update(connections)
        if self.check_task is None and self.unchecked:
            self.check_task = asyncio.get_running_loop().create_task(self._run_checks())

    def recheck_sessions(self, session_keys: Iterable[str]) -> None:
        """Check the pages of sessions whose viewer has changed."""
        self.schedule_check(
            *(it for it in self.registry.of_sessions(session_keys) if it.signed_in)
        )

    async def _run_checks(self) -> None:
        connections: set[Connection] = set()
        try:
            # First listen, then ask: what is committed in between is heard. Without the layer
            # it is found when reconciling.
            with suppress(TimeoutError):
                await asyncio.wait_for(self.subscribed.wait(), SUBSCRIBE_TIMEOUT)
            while self.unchecked:
                connections, self.unchecked = self.unchecked, set()
                pages = self.registry.open_pages(connections)
                access = await self.queries.ask(queries.check_access, pages)
                self.apply_access(access, connections)
        except Exception as error:
            self._log_failure("Open pages could not be looked at.", error)
            close_all(connections, limits.SERVER_ERROR)
        finally:
            self.check_task = None
        self.schedule_check()  # Those that came while this one failed.

    def apply_access(
        self, access: queries.AccessCheck, connections: Iterable[Connection]
    ) -> None:
        """Apply a check to ``connections``, but to those that have ended since.

        One whose session has changed hands since the check is checked again.
        """
        changed = {
            rights
            for rights, spaces in access.spaces.items()
            if self.spaces_by_rights.get(rights) != spaces
        }
        self.spaces_by_rights |= access.spaces
        for connection in connections:
            room = self.registry.connections.get(connection)
            if room is None:
                continue
            signed_in = access.signed_in[connection.session_key]
            now = self.queries.session_viewers.by_session_key.get(connection.session_key)
            if now is not signed_in:
                self.schedule_check(connection)
            elif connection.is_open:
                room.apply_access(connection, signed_in, access)
        self.schedule_lists(changed.__contains__)

    async def reconcile(self) -> None:
        """Compare all that is open with the database, and update what differs."""
        self.registry.close_timed_out()
        connections = self.registry.checked()
        self.queries.session_viewers.retain(self.registry.by_session_key.keys())
        pages = self.registry.open_pages(connections)
        access = await self.queries.ask(reconcile.check_access_and_log, pages, self.log_tail)
        if access.missed is None or any(row.post_id is None for row in access.missed):
            # A thread was moved, perhaps, and the log does not say from where.
            self.schedule_lists(lambda rights: True)
        for row in access.missed or ():
            self.on_change(row.thread_id, row.seq, {row.space_id})
        self.apply_access(access, connections)
        for room in self.registry.rooms():
            room.reconcile()
        self.badges.reconcile()

    async def run_logged(self, work: Awaitable[Any]) -> None:
        """Await ``work``; where it fails, log that and go on."""
        try:
            await work
        except Exception as error:
            self._log_failure("Something that open pages need could not be done.", error)

    def _log_failure(self, message: str, error: Exception) -> bool:
        """Note that the database is down, or log ``message``; whether it was the latter."""
        is_bug = not isinstance(error, DATABASE_DOWN)
        if is_bug:
            log.error(message, exc_info=error)
        else:
            self.queries.note_failure(error)
        return is_bug
