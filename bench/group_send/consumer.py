"""One page of one thread, looked after by a consumer of its own."""

import json
from urllib.parse import parse_qs

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.viewers import viewers
from bench.group_send.bus import group_of
from forum.conversation.threads.changes import thread_changes_since


class ThreadConsumer(AsyncWebsocketConsumer):
    """Knows the last change that its page has seen, and looks for more when told to."""

    async def dispatch(self, message):
        """Handle ``message`` without Channels' thread hop."""
        if message["type"] == "websocket.disconnect":
            raise StopConsumer
        await getattr(self, get_handler_name(message))(message)

    async def __call__(self, *line):
        """Leave the group however the line ends."""
        try:
            await super().__call__(*line)
        finally:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def connect(self):
        """Listen first, look second."""
        self.thread_id = self.scope["url_route"]["kwargs"]["thread_id"]
        self.group = group_of(self.thread_id)
        self.seq = int(parse_qs(self.scope["query_string"].decode())["after"][0])
        await self.accept()
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.deliver()

    async def receive(self, text_data=None, bytes_data=None):
        """A heartbeat is a look."""
        await self.deliver()

    async def thread_changed(self, message):
        """Something was committed."""
        if message["seq"] > self.seq:
            await self.deliver()

    async def deliver(self):
        """Send what this page has missed."""
        key = self.scope["cookies"].get("sessionid", "")
        frame = await _look(key, self.thread_id, self.seq)
        self.seq = frame["seq"]
        await self.send(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


@database_sync_to_async
def _look(key, thread_id, after):
    viewer = viewers.authenticate_sessions([key])[key].viewer
    return thread_changes_since(viewer, thread_id, after)._asdict()
