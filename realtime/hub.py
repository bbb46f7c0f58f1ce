"""One delivery per process: the hub holds the open pages, hears pokes and serves rooms.

A reply costs a process one look and one rendering, however many pages show its thread;
each page that may see it gets the same text. Rights are asked at every delivery. Every few
seconds a sweep compares all that is open with the database, so a poke or a right that was
lost shows its effect within five seconds though nobody says a word.
"""

import asyncio
import logging
import time
from collections import defaultdict
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError

from realtime import bus_loop, limits, queries
from realtime.badges import Badges
from realtime.bus_subscriber import subscribe
from realtime.connection_quota import ConnectionQuota
from realtime.delivery import deliver_list, deliver_thread
from realtime.log_tail import LogTail
from realtime.reconcile import open_pages, reconcile_forever
from realtime.rooms import ListConnection, ListRoom, ThreadRoom
from realtime.session_viewers import SessionViewers
from realtime.staleness import Staleness

log = logging.getLogger("realtime")
#: What the database says when it is not there: one waits, and tells the truth meanwhile.
DATABASE_DOWN = (OperationalError, InterfaceError)

_hubs = WeakKeyDictionary()


def current_hub():
    """The hub of the loop that runs this: one per process, but in tests."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


class Hub:
    """The open pages of a process."""

    def __init__(self):
        """Nobody is here."""
        self.connections, self.by_session_key, self.unchecked = set(), defaultdict(set), set()
        self.thread_rooms, self.list_rooms, self.spaces_by_rights = {}, {}, {}
        self.session_viewers, self.log_tail, self.subscribed = (
            SessionViewers(),
            LogTail(),
            asyncio.Event(),
        )
        self.quota, self.staleness = ConnectionQuota(), Staleness()
        self.badges, self.background_tasks = Badges(), set()
        self.tasks, self.check_task = [], None

    # ------------------------------------------------------------------- coming and going

    def thread_room(self, thread_id):
        """The room of the pages of a thread."""
        return self.thread_rooms.setdefault(thread_id, ThreadRoom(thread_id))

    def list_room(self, listing):
        """The room of the pages of a listing."""
        return self.list_rooms.setdefault(listing, ListRoom(listing))

    def join(self, connection, address=""):
        """Hold ``connection``, and look at it soon. Too many, and it is told to come back later."""
        if not self.connections:
            self._start()
        self.connections.add(connection)
        self.by_session_key[connection.session_key].add(connection)
        connection.room.connections[connection] = None
        connection.on_writable = self.on_writable
        if self.quota.acquire(address):
            self.schedule_check(connection)
        else:
            connection.close(limits.UNAVAILABLE)

    def leave(self, connection, address=""):
        """``connection`` has ended."""
        self.connections.discard(connection)
        self.unchecked.discard(connection)
        self.quota.release(address)
        self.by_session_key[connection.session_key].discard(connection)
        if not self.by_session_key[connection.session_key]:
            del self.by_session_key[
                connection.session_key
            ]  # Its rights are forgotten at the next sweep.
        connection.room.leave(connection)
        if not connection.room.connections:
            self._close_room(connection.room)
        elif isinstance(connection.room, ThreadRoom):
            connection.room.presence.schedule_update(self, connection.room)
        if not self.connections:
            self._stop()

    def _close_room(self, room):
        if isinstance(room, ThreadRoom):
            room.presence.schedule_update(self, room)
            self.thread_rooms.pop(room.thread_id, None)
        else:
            self.list_rooms.pop(room.listing, None)

    def _start(self):
        loop = asyncio.get_running_loop()
        self.log_tail, self.session_viewers, self.staleness = (
            LogTail(),
            SessionViewers(),
            Staleness(),
        )
        self.tasks = [
            loop.create_task(subscribe(self)),
            loop.create_task(reconcile_forever(self)),
        ]
        bus_loop.register_loop(loop)

    def _stop(self):
        for task in self.tasks:
            task.cancel()
        self.tasks = []
        self.subscribed.clear()
        bus_loop.unregister_loop(asyncio.get_running_loop())

    # ------------------------------------------------------------------- what is heard

    def on_change(self, thread_id, seq, spaces):
        """Something was committed in a thread. What comes twice or late finds nothing."""
        self.log_tail.mark_announced(thread_id, seq)
        room = self.thread_rooms.get(thread_id)
        if room is not None and seq > room.announced_seq:
            room.announced_seq = seq
            self.schedule_delivery(room)
        self.badges.schedule_update(self, thread_id)
        space_ids = frozenset(spaces)
        self.schedule_lists(
            lambda rights: not space_ids.isdisjoint(self._listable_spaces(rights))
        )

    def _listable_spaces(self, rights):
        return self.spaces_by_rights.get(rights, {}).values()

    def schedule_lists(self, concerns):
        """Look at the lists of the kinds of viewers that something ``concerns``."""
        for room in self.list_rooms.values():
            if due_rights := {rights for rights in room.by_rights if concerns(rights)}:
                room.due_rights |= due_rights
                self.schedule_delivery(room)

    def on_writable(self, connection):
        """A page that read slowly can be sent to again: bring it up to now."""
        if isinstance(connection, ListConnection) and connection.signed_in:
            connection.room.due_rights.add(connection.rights)
        self.schedule_delivery(connection.room)

    # ------------------------------------------------------------------- looking

    def schedule_delivery(self, room):
        """Look at ``room`` now, or as soon as its pace allows; once for many calls."""
        room.is_due = True
        if room.task is None:
            room.task = asyncio.get_running_loop().create_task(self._deliver(room))

    async def _deliver(self, room):
        deliver = deliver_list if isinstance(room, ListRoom) else deliver_thread
        try:
            while room.is_due and room.connections:
                await asyncio.sleep(room.delay())
                room.is_due, room.served_at = False, time.monotonic()
                await deliver(self, room)
        except DATABASE_DOWN as error:
            # The sweep finds what is behind, and serves it again.
            self.staleness.mark_failed(self.connections, error)
        except Exception:
            log.exception("Open pages could not be served.")
            _close_all(room.connections, limits.SERVER_ERROR)
        finally:
            room.task = None

    def spawn(self, work):
        """Do ``work`` beside all else."""
        task = asyncio.get_running_loop().create_task(self.run_logged(work))
        self.background_tasks.add(task)
        task.add_done_callback(self.background_tasks.discard)

    async def run_logged(self, work):
        """Do ``work``; where it fails, say so and go on."""
        try:
            await work
        except DATABASE_DOWN as error:
            self.staleness.mark_failed(self.connections, error)
        except Exception:
            log.exception("Something that open pages need could not be done.")

    def schedule_check(self, *connections):
        """Ask soon, for all of ``connections`` at once, who looks and how far their page is."""
        self.unchecked.update(connections)
        if self.check_task is None and self.unchecked:
            self.check_task = asyncio.get_running_loop().create_task(self._run_checks())

    async def _run_checks(self):
        connections = []
        try:
            await _wait_briefly(self.subscribed)  # Listen first, look second.
            while self.unchecked:
                connections, self.unchecked = self.unchecked, set()
                access = await queries.run_in_db(
                    queries.check_access, self.session_viewers, open_pages(connections)
                )
                self.apply_access(access, connections)
        except DATABASE_DOWN as error:
            self.staleness.mark_failed(self.connections, error)
            _close_all(connections, limits.SERVER_ERROR)
        except Exception:
            log.exception("Open pages could not be looked at.")
            _close_all(connections, limits.SERVER_ERROR)
        finally:
            self.check_task = None

    def apply_access(self, access, connections):
        """Apply a check to ``connections``: let in, bring up to now, or send away.

        A line whose session has become someone else's since is asked about anew.
        """
        self.apply_changed_sessions(access.changed)
        changed = {
            k for k, spaces in access.spaces.items() if self.spaces_by_rights.get(k) != spaces
        }
        self.spaces_by_rights |= access.spaces
        for connection in connections:
            signed_in = access.signed_in[connection.session_key]
            if (
                self.session_viewers.by_session_key.get(connection.session_key) is not signed_in
                and connection in self.connections
            ):
                self.schedule_check(connection)
            elif connection.is_open and connection in self.connections:
                connection.apply_access(self, signed_in, access)
        self.schedule_lists(changed.__contains__)

    def is_current(self, connection, signed_in):
        """Whether ``connection`` can be sent to, and is held by ``signed_in``, who was looked for."""
        is_whose = (
            connection.signed_in is signed_in
            and self.session_viewers.by_session_key.get(connection.session_key) is signed_in
        )
        return is_whose and connection.close_code is None and connection.blocked_since is None

    def apply_changed_sessions(self, changed):
        """The database has answered; look again at the pages of sessions that ``changed``."""
        self.staleness.mark_fresh(self.connections)
        self.schedule_check(
            *(
                connection
                for session_key in changed
                for connection in self.by_session_key.get(session_key, ())
                if connection.signed_in
            )
        )


def _close_all(connections, close_code):
    for connection in list(connections):
        connection.close(close_code)


async def _wait_briefly(event):
    try:
        await asyncio.wait_for(event.wait(), 0.5)
    except TimeoutError:  # Without the layer the sweep does, only later.
        return
