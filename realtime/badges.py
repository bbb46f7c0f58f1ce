"""What open pages count for each person: followed threads with news, unread notifications.

And for animators, decisions that wait. It is a state: the whole counts, at most once a second,
to the pages of that person alone. They are counted for those who follow a thread that changed
or was read, for those whose notifications changed, and for everybody in turn, since a thread
may have been read through another process. Of the notifications about posts on a page in view
nothing is counted: they are read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from accounts.viewers.rights_clock import SessionViewers
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.actions import mark_read
from forum.conversation.follows.unread import followers_among
from forum.conversation.inbox.actions import mark_notifications_read
from forum.conversation.inbox.models import EVERYBODY
from forum.conversation.inbox.unread import (
    count_notifications,
    newest_changes,
    uncounted,
    unread_of_shown_posts,
)
from forum.conversation.menu.queries import waiting_counts
from forum.conversation.threads.models import PAGE_SIZE, page_of_post
from realtime.connections import Connection, Frame
from realtime.queries import LiveQueries, run_in_db
from realtime.registry import Registry

#: Seconds between two counts: what changes meanwhile is counted once.
DEBOUNCE = 1.0
#: People counted for in one query: what others wait for meanwhile is short.
BATCH_SIZE = 100
#: People of a batch whose notifications are found, in a visit to the database each, so that a
#: delivery waits for one of them at most. The others have their turn again.
MAX_FOUND = 20

#: ``{thread id: {person id: number of the last post read}}``
ReadNumbers = dict[int, dict[int, int]]


class Badges:
    """What the open pages of a process count.

    ``changed_threads``: ids of those that changed since the last count.
    """

    def __init__(self, registry: Registry, queries: LiveQueries) -> None:
        self._registry, self._queries = registry, queries
        self.changed_threads: set[int] = set()
        self._last_read_numbers: ReadNumbers = {}
        # The newest changes of notifications when they were last read, by id.
        self._seen_changes: dict[int, int] | None = None
        # Dictionaries as ordered sets: people to count for soon, and those to come in turn.
        self._due_people: dict[int, None] = {}
        self._next_people: dict[int, None] = {}

    def note_read(self, thread_id: int, person_id: int, number: int) -> None:
        """Note that a person has been shown the posts of a thread up to ``number``."""
        numbers = self._last_read_numbers.setdefault(thread_id, {})
        numbers[person_id] = max(number, numbers.get(person_id, 0))

    def reconcile(self) -> None:
        """Count soon for the next few people in turn."""
        if not self._next_people:
            self._next_people = dict.fromkeys(self._registry.by_person())
        self._due_people |= dict.fromkeys(_take_batch(self._next_people))

    async def count_forever(
        self, run_logged: Callable[[Awaitable[None]], Awaitable[None]]
    ) -> None:
        """Count again and again, wherever something has changed.

        ``run_logged`` awaits and logs what fails, so that it does not end the loop.
        """
        while True:
            await asyncio.sleep(DEBOUNCE)
            if self.changed_threads or self._last_read_numbers or self._due_people:
                await run_logged(self.send_counts())

    async def send_counts(self) -> None:
        """Record what was read, count for those whose badge may differ, and send what does."""
        changed, self.changed_threads = self.changed_threads, set()
        read, self._last_read_numbers = self._last_read_numbers, {}
        here = self._registry.by_person()
        # Pages in view will say themselves what was read: their badge does not flicker.
        watched = {thread_id: self._registry.readers_of(thread_id) for thread_id in changed}
        self._due_people |= dict.fromkeys(await self._notified_people(here))
        if watched or read:
            concerned = await self._find_concerned(here.keys(), watched, read)
            self._due_people |= dict.fromkeys(concerned)
        readers = {person for numbers in read.values() for person in numbers}
        self._due_people |= dict.fromkeys(it for it in readers if _may_wait(here.get(it, ())))
        people = [person for person in _take_batch(self._due_people) if person in here]
        if people:
            await self._send_to(people, here)

    async def _notified_people(self, here: Collection[int]) -> set[int]:
        """Those of ``here`` whose notifications have changed since this was last asked."""
        seen, rows = self._seen_changes, dict(await run_in_db(newest_changes))
        self._seen_changes = rows
        if seen is None:
            return set()  # Who is here was, or will be, counted in turn.
        people = {person for pk, person in rows.items() if pk not in seen}
        return set(here) if EVERYBODY in people else people & set(here)

    async def _find_concerned(
        self, people: Collection[int], watched: Mapping[int, set[int]], read: ReadNumbers
    ) -> set[int]:
        """Those of ``people`` to count for; where that fails, it will be asked again."""
        try:
            return await run_in_db(_people_concerned, set(people), watched, read)
        except BaseException:  # Be it that the last page left meanwhile.
            self.changed_threads |= watched.keys()
            for thread_id, numbers in read.items():
                newer = self._last_read_numbers.get(thread_id, {})
                self._last_read_numbers[thread_id] = numbers | newer
            raise

    async def _send_to(self, people: list[int], here: Mapping[int, list[Connection]]) -> None:
        viewers = {
            person: signed_in.viewer
            for person in people
            if (signed_in := here[person][0].signed_in)
        }
        for viewer in (await run_in_db(uncounted, viewers.values()))[:MAX_FOUND]:
            await run_in_db(count_notifications, viewer)
        for person in await self._mark_shown_read(viewers, here):
            del viewers[person]  # They are counted for again.
            self._due_people[person] = None
        sessions = self._queries.session_viewers
        counts = await run_in_db(_count_waiting, sessions, viewers.values())
        for person, count in counts.items():
            frame = Frame(dict(count))
            for connection in here.get(person, ()):
                signed_in = connection.signed_in
                if (
                    signed_in is not None
                    and signed_in.viewer == viewers[person]
                    and connection.badge != count
                    and self._queries.still_holds(connection, signed_in)
                ):
                    connection.push(frame)
                    connection.badge = count

    async def _mark_shown_read(
        self, viewers: Mapping[int, Viewer], here: Mapping[int, list[Connection]]
    ) -> set[int]:
        """Mark notifications about posts that are in view as read; return of whom there were.

        Be it that somebody thanks for a post that is read already.
        """
        shown = {
            person: [(thread_id, _page_up_to(number)) for thread_id, number in posts]
            for person in viewers
            if (posts := self._registry.posts_in_view(here[person]))
        }
        if not shown:
            return set()
        return await run_in_db(_mark_notifications_read, viewers, shown)


def _may_wait(connections: Collection[Connection]) -> bool:
    """Whether something may wait for the person whose pages these are."""
    return any(it.badge is None or it.badge.get("badge") for it in connections)


def _page_up_to(number: int) -> range:
    """The numbers of the posts of a page, as far as it was read."""
    return range((page_of_post(number) - 1) * PAGE_SIZE + 1, number + 1)


def _mark_notifications_read(
    viewers: Mapping[int, Viewer], shown: Mapping[int, list[tuple[int, range]]]
) -> set[int]:
    """Mark what of their notifications is ``shown`` to people as read; return whose."""
    unread = unread_of_shown_posts([viewers[person] for person in shown], shown)
    for person, notifications in unread.items():
        mark_notifications_read(person, notifications)
    return {person for person, notifications in unread.items() if notifications}


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


def _count_waiting(
    session_viewers: SessionViewers, viewers: Collection[Viewer]
) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = waiting_counts(viewers)
    session_viewers.refresh()  # Last: who has lost a right by now is sent nothing.
    return counts
