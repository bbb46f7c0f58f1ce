"""What every socket of an open page does: greet, listen, answer heartbeats, let go."""

import asyncio
import json
import logging

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from realtime import limits
from realtime.looks import Gone, Stale

log = logging.getLogger("realtime")
_UNKNOWN = object()


class PageSocket(AsyncWebsocketConsumer):
    """The line to one page. Subclasses say how it opens and what a look delivers.

    It holds a place and no rights: each delivery asks anew whose session this is.
    """

    #: Seconds without a frame after which the other end is taken for gone.
    silence = 90

    def __init__(self, *args, **kwargs):
        """A line on which nothing was said yet."""
        super().__init__(*args, **kwargs)
        self.ended, self.person, self.joined, self.tasks = False, _UNKNOWN, set(), set()
        self.hearing = limits.Hearing()

    async def __call__(self, scope, receive, send):
        """Live as long as the line, and leave nothing behind however it ends."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            for task in self.tasks:
                task.cancel()
            await self.join(set())

    async def dispatch(self, message):
        """Handle ``message`` without Channels' thread hop: looks tidy their connections."""
        if message["type"] == "websocket.disconnect":
            raise StopConsumer
        await self.orderly(getattr(self, get_handler_name(message)), message)

    async def orderly(self, work, *args):
        """Do ``work``; where it cannot be done, end the line with the code that says why."""
        try:
            if not self.ended:
                await work(*args)
        except Gone:
            await self.end(limits.GONE)
        except Stale:
            await self.end(limits.RELOAD)
        except Exception:
            log.exception("An open page could not be served.")
            await self.end(limits.TROUBLE)

    async def connect(self):
        """Accept first: a code says more to the page than a refused handshake."""
        await self.accept()
        self.spawn(self._watch())
        await self.open()

    async def websocket_receive(self, message):
        """Any frame is a heartbeat and is answered, unless it is one that no page sends."""
        if fault := self.hearing.fault_of(message):
            log.warning("A client was cut off with code %s.", fault)
            await self.end(fault)
        else:
            await self.deliver()

    async def join(self, groups):
        """Be in ``groups`` and in no other. Leaving is best effort: a dead layer has none."""
        for group in groups - self.joined:
            await self.channel_layer.group_add(group, self.channel_name)
        left, self.joined = self.joined - groups, set(groups)
        for group in left:
            try:
                await self.channel_layer.group_discard(group, self.channel_name)
            except Exception as error:
                log.warning("Group %s not left: %r", group, error)

    def recognise(self, person_id):
        """Note whose page this is at first; later, raise Stale if it is another's."""
        if self.person not in (_UNKNOWN, person_id):
            raise Stale
        self.person = person_id

    async def answer(self, frame):
        """Send ``frame``; raise Stale where it is too much for one message."""
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > limits.LONGEST_ANSWER:
            raise Stale
        if not self.ended:
            await self.send(text_data=text)

    async def end(self, code):
        """Close with ``code``, once, and do nothing more on this line."""
        if not self.ended:
            self.ended = True
            await self.close(code)

    def spawn(self, coroutine):
        """Run ``coroutine`` beside the line, and no longer than it."""
        task = asyncio.ensure_future(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _watch(self):
        while (left := self.silence - self.hearing.quiet_for()) > 0:
            await asyncio.sleep(left)
        await self.end(limits.SILENT)
