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

from realtime import limits, looks, sending
from realtime.audience import Audience
from realtime.badges import Badges
from realtime.delivery import deliver_list, deliver_thread
from realtime.ear import listen
from realtime.freshness import Freshness
from realtime.pages import ListLine, ListRoom, ThreadRoom
from realtime.places import Places
from realtime.sweeping import pages_of, sweep_always
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

    def __init__(self):
        """Nobody is here."""
        self.lines, self.by_key, self.unchecked = set(), defaultdict(set), set()
        self.threads, self.lists, self.spaces = {}, {}, {}
        self.audience, self.tail, self.ready = Audience(), Tail(), asyncio.Event()
        self.places, self.freshness = Places(), Freshness()
        self.badges, self.others = Badges(), set()
        self.tasks, self.checking = [], None

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
        line.room.lines[line] = None
        line.freed = self.freed
        if self.places.take(address):
            self.check(line)
        else:
            line.end(limits.LATER)

    def leave(self, line, address=""):
        """``line`` has ended."""
        self.lines.discard(line)
        self.unchecked.discard(line)
        self.places.leave(address)
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

    def _wake(self):
        loop = asyncio.get_running_loop()
        self.tail, self.audience, self.freshness = Tail(), Audience(), Freshness()
        self.tasks = [loop.create_task(listen(self)), loop.create_task(sweep_always(self))]
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
        self.badges.touch(self, thread_id)
        told = frozenset(spaces)
        self.serve_lists(lambda kind: not told.isdisjoint(self._listed(kind)))

    def _listed(self, kind):
        return self.spaces.get(kind, {}).values()

    def serve_lists(self, concerns):
        """Look at the lists of the kinds of viewers that something ``concerns``."""
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
        except ABSENT as error:
            # The sweep finds what is behind, and serves it again.
            self.freshness.failed(self.lines, error)
        except Exception:
            log.exception("Open pages could not be served.")
            _end_all(room.lines, limits.TROUBLE)
        finally:
            room.task = None

    def spawn(self, work):
        """Do ``work`` beside all else."""
        task = asyncio.get_running_loop().create_task(self.guarded(work))
        self.others.add(task)
        task.add_done_callback(self.others.discard)

    async def guarded(self, work):
        """Do ``work``; where it fails, say so and go on."""
        try:
            await work
        except ABSENT as error:
            self.freshness.failed(self.lines, error)
        except Exception:
            log.exception("Something that open pages need could not be done.")

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
                found = await looks.ask(looks.check, self.audience, pages_of(lines))
                self.admit(found, lines)
        except ABSENT as error:
            self.freshness.failed(self.lines, error)
            _end_all(lines, limits.TROUBLE)
        except Exception:
            log.exception("Open pages could not be looked at.")
            _end_all(lines, limits.TROUBLE)
        finally:
            self.checking = None

    def admit(self, found, lines):
        """Apply a check to ``lines``: let in, bring up to now, or send away.

        A line whose session has become someone else's since is asked about anew.
        """
        self.looked(found.changed)
        changed = {k for k, spaces in found.spaces.items() if self.spaces.get(k) != spaces}
        self.spaces |= found.spaces
        for line in lines:
            signed = found.signed[line.key]
            if self.audience.known.get(line.key) is not signed and line in self.lines:
                self.check(line)
            elif line.is_open and line in self.lines:
                line.admit(self, signed, found)
        self.serve_lists(changed.__contains__)

    def is_still(self, line, signed):
        """Whether ``line`` can be sent to, and is held by ``signed``, who was looked for."""
        is_whose = line.signed is signed and self.audience.known.get(line.key) is signed
        return is_whose and line.code is None and line.since is None

    def looked(self, changed):
        """The database has answered; look again at the pages of sessions that ``changed``."""
        self.freshness.looked(self.lines)
        self.check(
            *(line for key in changed for line in self.by_key.get(key, ()) if line.signed)
        )


def _end_all(lines, code):
    for line in list(lines):
        line.end(code)


async def _briefly(event):
    try:
        await asyncio.wait_for(event.wait(), 0.5)
    except TimeoutError:  # Without the layer the sweep does, only later.
        return
