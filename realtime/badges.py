"""How many followed threads have news, told to the open pages of those who follow them.

A state: the whole number, at most once a second, to the pages of that person alone. It is
asked for where a followed thread changed or was read; and of everybody in turn, since a
thread may have been read on another machine.
"""

import asyncio

from forum.follows.actions import mark_read
from forum.follows.unread import followers_among, unread_counts
from realtime import queries
from realtime.frame import Frame

#: Seconds from what may change a badge to its telling.
DEBOUNCE = 1.0
#: People whose badge is asked for at once: what others wait for meanwhile is short.
BATCH_SIZE = 100


class Badges:
    """What the pages of a process say of followed threads."""

    def __init__(self):
        """Nothing has happened."""
        self._changed_threads, self._last_read_numbers, self._timer = set(), {}, None
        self._due_people, self._next_people = (
            {},
            {},
        )  # People to ask for soon; those whose turn will come.

    def schedule_update(self, hub, thread_id):
        """Something happened in a thread that people here may follow."""
        self._changed_threads.add(thread_id)
        self._schedule(hub)

    def note_read(self, hub, thread_id, person_id, number):
        """A person has been shown the posts of a thread up to ``number``."""
        numbers = self._last_read_numbers.setdefault(thread_id, {})
        numbers[person_id] = max(number, numbers.get(person_id, 0))
        self._schedule(hub)

    def reconcile(self, hub):
        """Ask anew for the next few people."""
        if not self._next_people:
            self._next_people = dict.fromkeys(_connections_by_person(hub))
        self._due_people |= dict.fromkeys(_take_batch(self._next_people))
        if self._due_people:
            self._schedule(hub)

    def _schedule(self, hub):
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(DEBOUNCE, self._start, hub)

    def _start(self, hub):
        self._timer = None
        if hub.connections:
            hub.spawn(self._send_counts(hub))

    async def _send_counts(self, hub):
        touched, self._changed_threads = self._changed_threads, set()
        read, self._last_read_numbers = self._last_read_numbers, {}
        here = _connections_by_person(hub)
        # Who has the thread before their eyes will say so: no badge goes up for a moment.
        watched = {thread: _readers(hub, thread) for thread in touched}
        if watched or read:
            self._due_people |= dict.fromkeys(
                await self._find_concerned(here.keys(), watched, read)
            )
        people = [person for person in _take_batch(self._due_people) if person in here]
        if self._due_people:
            self._schedule(hub)
        if not people:
            return
        viewers = {person: here[person][0].signed_in.viewer for person in people}
        counts = await queries.run_in_db(_count_unread, hub.session_viewers, viewers.values())
        for person, count in counts.items():
            frame = Frame({"badge": count})
            for connection in here.get(person, ()):
                is_who = connection.signed_in.viewer == viewers[person]
                if (
                    is_who
                    and connection.badge != count
                    and hub.is_current(connection, connection.signed_in)
                ):
                    connection.push(frame)
                    connection.badge = count

    async def _find_concerned(self, people, watched, read):
        """Who of ``people`` is concerned; where that cannot be asked, it will be."""
        try:
            return await queries.run_in_db(_people_concerned, people, watched, read)
        except Exception:
            self._changed_threads |= watched.keys()
            for thread_id, numbers in read.items():
                self._last_read_numbers[thread_id] = numbers | self._last_read_numbers.get(
                    thread_id, {}
                )
            raise


def _take_batch(waiting):
    """The first of those ``waiting``, who then do so no more."""
    people = list(waiting)[:BATCH_SIZE]
    for person in people:
        del waiting[person]
    return people


def _people_concerned(people, watched, read):
    """Those of ``people`` whose badge may differ, what they have ``read`` being noted."""
    concerned = set()
    for thread_id, numbers in read.items():
        concerned |= mark_read(thread_id, numbers)
    for thread_id, readers in watched.items():
        concerned |= followers_among(thread_id, people - readers)
    return concerned & people


def _count_unread(session_viewers, viewers):
    counts = unread_counts(viewers)
    session_viewers.refresh()  # Last: who has lost a right by now is told nothing.
    return counts


def _connections_by_person(hub):
    people = {}
    for connection in hub.connections:
        if connection.signed_in is not None and connection.signed_in.viewer.is_registered:
            people.setdefault(connection.signed_in.viewer.person_id, []).append(connection)
    return people


def _readers(hub, thread_id):
    room = hub.thread_rooms.get(thread_id)
    connections = room.connections if room else ()
    return {
        connection.signed_in.viewer.person_id
        for connection in connections
        if connection.signed_in and connection.reading
    }
