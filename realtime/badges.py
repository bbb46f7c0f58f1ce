"""How many followed threads have news, told to the open pages of those who follow them.

A state: the whole number, at most once a second, to the pages of that person alone. It is
asked for where a followed thread changed or was read; and of everybody in turn, since a
thread may have been read on another machine.
"""

import asyncio

from forum.follows.actions import mark_read
from forum.follows.unread import followers_among, unread_of
from realtime import looks
from realtime.frame import Frame

#: Seconds from what may change a badge to its telling.
SOON = 1.0
#: People whose badge is asked for at once: what others wait for meanwhile is short.
AT_ONCE = 100


class Badges:
    """What the pages of a process say of followed threads."""

    def __init__(self):
        """Nothing has happened."""
        self._touched, self._read, self._timer = set(), {}, None
        self._due, self._turn = {}, {}  # People to ask for soon; those whose turn will come.

    def touch(self, hub, thread_id):
        """Something happened in a thread that people here may follow."""
        self._touched.add(thread_id)
        self._tell_soon(hub)

    def read(self, hub, thread_id, person_id, number):
        """A person has been shown the posts of a thread up to ``number``."""
        numbers = self._read.setdefault(thread_id, {})
        numbers[person_id] = max(number, numbers.get(person_id, 0))
        self._tell_soon(hub)

    def sweep(self, hub):
        """Ask anew for the next few people."""
        if not self._turn:
            self._turn = dict.fromkeys(_lines_by_person(hub))
        self._due |= dict.fromkeys(_first(self._turn))
        if self._due:
            self._tell_soon(hub)

    def _tell_soon(self, hub):
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(SOON, self._go, hub)

    def _go(self, hub):
        self._timer = None
        if hub.lines:
            hub.spawn(self._tell(hub))

    async def _tell(self, hub):
        touched, self._touched = self._touched, set()
        read, self._read = self._read, {}
        here = _lines_by_person(hub)
        # Who has the thread before their eyes will say so: no badge goes up for a moment.
        watched = {thread: _readers(hub, thread) for thread in touched}
        if watched or read:
            self._due |= dict.fromkeys(await self._ask(here.keys(), watched, read))
        people = [person for person in _first(self._due) if person in here]
        if self._due:
            self._tell_soon(hub)
        if not people:
            return
        viewers = {person: here[person][0].signed.viewer for person in people}
        counts = await looks.ask(_count, hub.audience, viewers.values())
        for person, count in counts.items():
            frame = Frame({"badge": count})
            for line in here.get(person, ()):
                is_who = line.signed.viewer == viewers[person]
                if is_who and line.badge != count and hub.is_still(line, line.signed):
                    line.push(frame)
                    line.badge = count

    async def _ask(self, people, watched, read):
        """Who of ``people`` is concerned; where that cannot be asked, it will be."""
        try:
            return await looks.ask(_concerned, people, watched, read)
        except Exception:
            self._touched |= watched.keys()
            for thread_id, numbers in read.items():
                self._read[thread_id] = numbers | self._read.get(thread_id, {})
            raise


def _first(waiting):
    """The first of those ``waiting``, who then do so no more."""
    people = list(waiting)[:AT_ONCE]
    for person in people:
        del waiting[person]
    return people


def _concerned(people, watched, read):
    """Those of ``people`` whose badge may differ, what they have ``read`` being noted."""
    concerned = set()
    for thread_id, numbers in read.items():
        concerned |= mark_read(thread_id, numbers)
    for thread_id, readers in watched.items():
        concerned |= followers_among(thread_id, people - readers)
    return concerned & people


def _count(audience, viewers):
    counts = unread_of(viewers)
    audience.refresh()  # Last: who has lost a right by now is told nothing.
    return counts


def _lines_by_person(hub):
    people = {}
    for line in hub.lines:
        if line.signed is not None and line.signed.viewer.is_registered:
            people.setdefault(line.signed.viewer.person_id, []).append(line)
    return people


def _readers(hub, thread_id):
    room = hub.threads.get(thread_id)
    lines = room.lines if room else ()
    return {line.signed.viewer.person_id for line in lines if line.signed and line.reading}
