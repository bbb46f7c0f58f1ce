"""The badges of open pages: how many followed threads have something new, for each person.

It is a state: the whole count, at most once a second, to the pages of that person alone. It is
counted for those who follow a thread that changed or was read, and for everybody in turn, since
a thread may have been read through another process.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any

from accounts.viewers.viewers import Viewer
from forum.follows.actions import mark_read
from forum.follows.unread import followers_among, unread_counts
from realtime.connections import Connection
from realtime.frame import Frame
from realtime.queries import LiveQueries, run_in_db
from realtime.registry import Registry
from realtime.session_viewers import SessionViewers

#: Seconds from what may change a badge to counting.
DEBOUNCE = 1.0
#: People counted for in one query: what others wait for meanwhile is short.
BATCH_SIZE = 100

#: ``{thread id: {person id: number of the last post read}}``
ReadNumbers = dict[int, dict[int, int]]


class Badges:
    """What the open pages of a process show of followed threads.

    ``spawn`` runs a coroutine in the background and logs its failure.
    """

    def __init__(
        self,
        registry: Registry,
        queries: LiveQueries,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._registry, self._queries, self._spawn = registry, queries, spawn
        self._changed_threads: set[int] = set()
        self._last_read_numbers: ReadNumbers = {}
        # Dictionaries as ordered sets: people to count for soon, and those to come in turn.
        self._due_people: dict[int, None] = {}
        self._next_people: dict[int, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def schedule_update(self, thread_id: int) -> None:
        """Count soon for those who follow a thread that changed."""
        self._changed_threads.add(thread_id)
        if self._timer is None:
            self._schedule()

    def note_read(self, thread_id: int, person_id: int, number: int) -> None:
        """Note that a person has been shown the posts of a thread up to ``number``."""
        numbers = self._last_read_numbers.setdefault(thread_id, {})
        numbers[person_id] = max(number, numbers.get(person_id, 0))
        self._schedule()

    def reconcile(self) -> None:
        """Count soon for the next few people in turn."""
        if not self._next_people:
            self._next_people = dict.fromkeys(self._registry.by_person())
        self._due_people |= dict.fromkeys(_take_batch(self._next_people))
        if self._due_people:
            self._schedule()

    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DEBOUNCE, self._start)

    def _start(self) -> None:
        self._timer = None
        if self._registry.connections:
            self._spawn(self._send_counts())

    async def _send_counts(self) -> None:
        changed, self._changed_threads = self._changed_threads, set()
        read, self._last_read_numbers = self._last_read_numbers, {}
        here = self._registry.by_person()
        # Pages in view will say themselves what was read: their badge does not flicker.
        watched = {thread_id: self._registry.readers_of(thread_id) for thread_id in changed}
        if watched or read:
            concerned = await self._find_concerned(here.keys(), watched, read)
            self._due_people |= dict.fromkeys(concerned)
        people = [person for person in _take_batch(self._due_people) if person in here]
        if self._due_people:
            self._schedule()
        if people:
            await self._send_to(people, here)

    async def _find_concerned(
        self, people: Collection[int], watched: Mapping[int, set[int]], read: ReadNumbers
    ) -> set[int]:
        """Those of ``people`` to count for; where that fails, it will be asked again."""
        try:
            return await run_in_db(_people_concerned, set(people), watched, read)
        except Exception:
            self._changed_threads |= watched.keys()
            for thread_id, numbers in read.items():
                newer = self._last_read_numbers.get(thread_id, {})
                self._last_read_numbers[thread_id] = numbers | newer
            raise

    async def _send_to(self, people: list[int], here: Mapping[int, list[Connection]]) -> None:
        session_viewers = self._queries.session_viewers
        viewers = {
            person: signed_in.viewer
            for person in people
            if (signed_in := here[person][0].signed_in)
        }
        counts = await run_in_db(_count_unread, session_viewers, viewers.values())
        for person, count in counts.items():
            frame = Frame({"badge": count})
            for connection in here.get(person, ()):
                signed_in = connection.signed_in
                if (
                    signed_in is not None
                    and signed_in.viewer == viewers[person]
                    and connection.badge != count
                    and session_viewers.still_holds(connection, signed_in)
                ):
                    connection.push(frame)
                    connection.badge = count


def _take_batch(people: dict[int, None]) -> list[int]:
    """Take the first few of ``people`` out of it."""
    batch = list(people)[:BATCH_SIZE]
    for person in batch:
        del people[person]
    return batch


def _people_concerned(
    people: set[int], watched: Mapping[int, set[int]], read: ReadNumbers
) -> set[int]:
    """Record what was ``read``; return those of ``people`` whose badge may differ."""
    concerned: set[int] = set()
    for thread_id, numbers in read.items():
        concerned |= mark_read(thread_id, numbers)
    for thread_id, readers in watched.items():
        concerned |= followers_among(thread_id, people - readers)
    return concerned & people


def _count_unread(
    session_viewers: SessionViewers, viewers: Collection[Viewer]
) -> dict[int, int]:
    counts: dict[int, int] = unread_counts(viewers)
    session_viewers.refresh()  # Last: who has lost a right by now is sent nothing.
    return counts
