"""The sockets behind open pages: a thread's, which is a stream, and a list's, a state."""

import asyncio
import time

from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict

from forum.lists.listing import Listing
from forum.lists.refresh import parse_known
from forum.natural import natural
from realtime.looks import Gone, Stale, look_at_list, look_at_thread, spaces_listed
from realtime.poke import space_group, thread_group
from realtime.sockets import PageSocket

#: The largest id there is, in any of our databases.
LARGEST_ID = 2**63 - 1


class ThreadConsumer(PageSocket):
    """Keeps one page of one thread true: it knows the last change that the page has seen."""

    async def open(self):
        """Listen first, look second: what commits in between arrives as a poke."""
        self.seq = _place(_query(self.scope).get("after", ""))
        self.thread_id = self.scope["url_route"]["kwargs"]["thread_id"]
        if self.thread_id > LARGEST_ID:
            raise Gone
        await self.join({thread_group(self.thread_id)})
        await self.deliver()

    async def thread_poke(self, message):
        """Something was committed. A poke that comes late or twice finds nothing."""
        if message["seq"] > self.seq:
            await self.deliver(only_news=True)

    async def deliver(self, only_news=False):
        """Send what this page has missed, and remember that it has it."""
        look = await look_at_thread(self.scope["visitor"], self.thread_id, self.seq)
        self.recognise(look.person_id)
        if look.frame["seq"] > self.seq or not only_news:
            await self.answer(look.frame)
        self.seq = look.frame["seq"]


class ListConsumer(PageSocket):
    """Keeps one page of a list true: it knows the rows that the page shows, as they were.

    It hears of the spaces that its visitor may list, and of no other.
    """

    #: Seconds between two looks that pokes cause: a busy space is still one look.
    interval = 1.0

    async def open(self):
        """Find what to listen to, listen, and only then look."""
        params = _query(self.scope)
        self.listing, self.order = Listing.of(params), None
        self.known = parse_known(params.get("connus", ""))
        self.looking, self.due, self.looked = asyncio.Lock(), None, 0.0
        await self._listen_to(await spaces_listed(self.scope["visitor"]))
        await self.deliver()

    async def list_poke(self, message):
        """Look now, or as soon as the last look is ``interval`` old; once for many pokes."""
        if self.due is None or self.due.done():
            wait = self.looked + self.interval - time.monotonic()
            self.due = self.spawn(self._look_in(max(0, wait)))

    async def deliver(self, only_news=False):
        """Send the order and the rows that differ, and remember what was sent."""
        async with self.looking:
            self.looked = time.monotonic()
            look = await look_at_list(self.scope["visitor"], self.listing, self.known)
            self.recognise(look.person_id)
            await self._listen_to(look.spaces)
            if look.frame["elements"] or look.frame["order"] != self.order or not only_news:
                await self.answer(look.frame)
            self.known, self.order = look.known, look.frame["order"]

    async def _listen_to(self, spaces):
        await self.join({space_group(pk) for pk in spaces})

    async def _look_in(self, seconds):
        await asyncio.sleep(seconds)
        await self.orderly(self.deliver, True)


def _query(scope):
    try:
        return QueryDict(scope["query_string"])
    except SuspiciousOperation:
        raise Stale from None


def _place(after):
    """The change that a page says it has seen; raise Stale where that is no number."""
    if (seen := natural(after)) is None:
        raise Stale
    return seen
