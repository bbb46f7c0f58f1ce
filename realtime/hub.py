"""One delivery per process: the hub holds the open pages, hears pokes and serves rooms.

A reply costs a process one look and one rendering, however many pages show its thread;
each page that may see it gets the same text. Rights are asked at every delivery. Every few
seconds a sweep compares all that is open with the database, so a poke or a right that was
lost shows its effect within five seconds though nobody says a word.
"""

import asyncio
import logging
import time
from collections import Counter, defaultdict
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError

from realtime import limits, looks, sending
from realtime.audience import Audience
from realtime.delivery import deliver_list, deliver_thread
from realtime.ear import listen
from realtime.frame import Frame
from realtime.pages import ListLine, ListRoom, ThreadRoom
from realtime.tail import Tail

log = logging.getLogger("realtime")
#: What the database says when it is not there: one waits, and tells the truth meanwhile.
ABSENT = (OperationalError, InterfaceError)

_hubs = WeakKeyDictionary()


def hub_here():
    """The hub of the loop that runs this: one per process, but in tests."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


class Hub:
    """The open pages of a process."""

    #: Seconds between sweeps: a loss is healed within this and the sweep's own time.
    interval = 4.0
    #: Seconds without a successful look after which pages are told that they may be late.
    patience = 10.0

    def __init__(self):
        """Nobody is here."""
        self.lines, self.by_key, self.unchecked = set(), defaultdict(set), set()
        self.threads, self.lists, self.spaces = {}, {}, {}
        self.audience, self.tail, self.ready = Audience(), Tail(), asyncio.Event()
        self.addresses, self.refused = Counter(), set()
        self.tasks, self.checking, self.told_late = [], None, False
        self.fresh_at = time.monotonic()

    # ------------------------------------------------------------------- coming and going

    def thread_room(self, thread_id):
        """The room of the pages of a thread."""
        return self.threads.setdefault(thread_id, ThreadRoom(thread_id))

    def list_room(self, listing):
        """The room of the pages of a listing."""
        return self.lists.setdefault(listing, ListRoom(listing))

    def join(self, line, address=""):
        """Hold ``line``, and look at it soon. Too many, and it is told to come back later."""
        if not self.lines:
            self._wake()
        self.lines.add(line)
        self.by_key[line.key].add(line)
        self.addresses[address] += 1
        line.room.lines.add(line)
        line.freed = self.freed
        if self._is_crowded(address):
            line.end(limits.LATER)
        else:
            self.check(line)

    def leave(self, line, address=""):
        """``line`` has ended."""
        self.lines.discard(line)
        self.unchecked.discard(line)
        self.addresses[address] -= 1
        if not self.addresses[address]:
            del self.addresses[address]
            self.refused.discard(address)
        self.by_key[line.key].discard(line)
        if not self.by_key[line.key]:
            del self.by_key[line.key]  # Its rights are forgotten at the next sweep.
        line.room.leave(line)
        if not line.room.lines:
            self._close(line.room)
        elif isinstance(line.room, ThreadRoom):
            line.room.company.touch(self, line.room)
        if not self.lines:
            self._sleep()

    def _close(self, room):
        if isinstance(room, ThreadRoom):
            room.company.touch(self, room)
            self.threads.pop(room.thread_id, None)
        else:
            self.lists.pop(room.listing, None)

    def _is_crowded(self, address):
        if len(self.lines) <= limits.MOST_PAGES and (
            self.addresses[address] <= limits.MOST_FROM_ONE
        ):
            return False
        if address not in self.refused:
            self.refused.add(address)
            log.warning("Too many open pages, some from %s: more are refused.", address)
        return True

    def _wake(self):
        loop = asyncio.get_running_loop()
        self.fresh_at = time.monotonic()
        self.tail, self.audience = Tail(), Audience()
        self.tasks = [loop.create_task(listen(self)), loop.create_task(self._sweep_always())]
        sending.serve_from(loop)

    def _sleep(self):
        for task in self.tasks:
            task.cancel()
        self.tasks = []
        self.ready.clear()
        sending.serve_no_more(asyncio.get_running_loop())

    # ------------------------------------------------------------------- what is heard

    def poked(self, thread_id, seq, spaces):
        """Something was committed in a thread. What comes twice or late finds nothing."""
        self.tail.hear(thread_id, seq)
        room = self.threads.get(thread_id)
        if room is not None and seq > room.heard:
            room.heard = seq
            self.serve(room)
        told = frozenset(spaces)
        self._serve_lists(lambda kind: not told.isdisjoint(self._listed(kind)))

    def _listed(self, kind):
        return self.spaces.get(kind, {}).values()

    def _serve_lists(self, concerns):
        for room in self.lists.values():
            if kinds := {kind for kind in room.by_kind if concerns(kind)}:
                room.kinds |= kinds
                self.serve(room)

    def freed(self, line):
        """A page that read slowly can be sent to again: bring it up to now."""
        if isinstance(line, ListLine) and line.signed:
            line.room.kinds.add(line.kind)
        self.serve(line.room)

    # ------------------------------------------------------------------- looking

    def serve(self, room):
        """Look at ``room`` now, or as soon as its pace allows; once for many calls."""
        room.due = True
        if room.task is None:
            room.task = asyncio.get_running_loop().create_task(self._serve(room))

    async def _serve(self, room):
        deliver = deliver_list if isinstance(room, ListRoom) else deliver_thread
        try:
            while room.due and room.lines:
                await asyncio.sleep(room.wait())
                room.due, room.looked = False, time.monotonic()
                await deliver(self, room)
                self.is_fresh()
        except ABSENT as error:
            self._is_absent(error)  # The sweep finds what is behind, and serves it again.
        except Exception:
            log.exception("Open pages could not be served.")
            _end_all(room.lines, limits.TROUBLE)
        finally:
            room.task = None

    def check(self, *lines):
        """Ask soon, for all of ``lines`` at once, who looks and how far their page is."""
        self.unchecked.update(lines)
        if self.checking is None and self.unchecked:
            self.checking = asyncio.get_running_loop().create_task(self._check())

    async def _check(self):
        lines = []
        try:
            await _briefly(self.ready)  # Listen first, look second.
            while self.unchecked:
                lines, self.unchecked = self.unchecked, set()
                found = await looks.ask(looks.check, self.audience, _pages(lines))
                self.admit(found, lines)
        except ABSENT as error:
            self._is_absent(error)
            _end_all(lines, limits.TROUBLE)
        except Exception:
            log.exception("Open pages could not be looked at.")
            _end_all(lines, limits.TROUBLE)
        finally:
            self.checking = None

    def admit(self, found, lines):
        """Apply a check to ``lines``: let in, bring up to now, or send away."""
        self.turn(found.changed)
        changed = {k for k, spaces in found.spaces.items() if self.spaces.get(k) != spaces}
        self.spaces |= found.spaces
        for line in lines:
            if line.is_open and line in self.lines:
                line.admit(self, self.audience.known[line.key], found)
        self._serve_lists(changed.__contains__)

    def turn(self, changed):
        """Look again at the pages of sessions that make someone else now."""
        self.check(
            *(line for key in changed for line in self.by_key.get(key, ()) if line.signed)
        )

    # ------------------------------------------------------------------- the sweep

    async def _sweep_always(self):
        while True:
            await asyncio.sleep(self.interval)
            try:
                await self._sweep()
            except ABSENT as error:
                self._is_absent(error)
            except Exception:
                log.exception("The open pages could not be swept.")

    async def _sweep(self):
        for line in list(self.lines):
            if line.is_open and (code := line.overdue()):
                line.end(code)
        lines = {line for line in self.lines if line.signed and line.is_open}
        self.audience.keep(self.by_key)
        found, missed = await looks.ask(looks.sweep, self.audience, _pages(lines), self.tail)
        self.admit(found, lines)
        self.is_fresh()
        if missed is None or any(post_id is None for _thread, _seq, post_id, _space in missed):
            self._serve_lists(lambda kind: True)  # Moved, perhaps: whence is not in the log.
        for thread_id, seq, _post, space_id in missed or ():
            self.poked(thread_id, seq, {space_id})
        for room in list(self.threads.values()):
            room.company.sweep(self, room)

    # ------------------------------------------------------------------- telling the truth

    def late(self):
        """Whole seconds since the database was last looked at."""
        return int(time.monotonic() - self.fresh_at)

    def is_fresh(self):
        """The database has just been looked at."""
        self.fresh_at = time.monotonic()
        if self.told_late:
            self.told_late = False
            log.warning("The database answers open pages again.")
            self._tell_late()

    def _is_absent(self, error):
        if self.late() < self.patience or self.told_late:
            return
        self.told_late = True
        log.warning("The database does not answer open pages: %r", error)
        self._tell_late()

    def _tell_late(self):
        frame = Frame({"late": self.late()})
        for line in list(self.lines):
            line.push(frame)


def _pages(lines):
    return {(line.key, line.thread_id) for line in lines}


def _end_all(lines, code):
    for line in list(lines):
        line.end(code)


async def _briefly(event):
    try:
        await asyncio.wait_for(event.wait(), 0.5)
    except TimeoutError:  # Without the layer the sweep does, only later.
        return
