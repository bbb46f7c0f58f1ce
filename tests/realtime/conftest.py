"""Open pages: sockets over the whole stack, origin included."""

from urllib.parse import urlencode

import pytest
from channels.db import database_sync_to_async as in_db
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connections

from realtime.asgi import application

ORIGIN = (b"origin", b"http://localhost")
PATIENCE = 10  # seconds, on a busy machine; nothing here waits for the clock


class Page:
    """The page's end of a socket."""

    def __init__(self, address, session="", headers=(ORIGIN,)):
        """Not connected yet. ``session`` is the key in the page's cookie."""
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}".encode()
        headers = [*headers, *([(b"cookie", cookie)] if session else [])]
        self.line = WebsocketCommunicator(application, address, headers)
        self.is_open = False

    async def connect(self):
        """Whether the server accepted."""
        self.is_open, _ = await self.line.connect(PATIENCE)
        return self.is_open

    async def news(self):
        """The next frame; fails where the line was closed instead."""
        return await self.line.receive_json_from(PATIENCE)

    async def code(self):
        """The code the server closes with; fails where it sends a frame instead."""
        message = await self.line.receive_output(PATIENCE)
        assert message["type"] == "websocket.close", message
        return message["code"]

    async def ask(self):
        """What a heartbeat is answered."""
        await self.line.send_json_to({})
        return await self.news()

    async def hears_nothing(self):
        """Whether nothing but answers comes, once all that was under way has been handled.

        The server takes what waits at its two ends in turns, so the second answer comes
        after whatever a poke that waited before the first had to say.
        """
        await self.line.send_json_to({})
        await self.line.send_json_to({})
        answers = [await self.news(), await self.news()]
        return not any(a["elements"] for a in answers) and self.line.output_queue.empty()


@pytest.fixture
async def open_socket(session_of):
    """Open a socket at an address for a person; all are closed at the end."""
    pages = []

    async def open_socket(address, person=None, **options):
        session = await in_db(session_of)(person)
        pages.append(Page(address, session, **options))
        await pages[-1].connect()
        return pages[-1]

    yield open_socket
    for page in pages:
        if page.is_open:
            await page.line.disconnect()
    await in_db(connections.close_all)()


@pytest.fixture
def open_thread(open_socket):
    """Open a page of ``thread`` for ``person`` that has seen change ``after``."""

    async def open_thread(thread, person=None, after=1):
        return await open_socket(f"/live/fils/{thread.pk}/?after={after}", person)

    return open_thread


@pytest.fixture
def open_list(open_socket):
    """Open a list for ``person``, showing ``known`` rows, filtered by ``params``."""

    async def open_list(person=None, known=None, **params):
        shown = ",".join(f"{pk}:{seq}" for pk, seq in (known or {}).items())
        return await open_socket(f"/live/?{urlencode(params | {'connus': shown})}", person)

    return open_list


@pytest.fixture
def session_of(browser_of):
    """The key of a session that a person has just signed in to; a guest has none."""
    return lambda person: browser_of(person).session.session_key if person else ""


@pytest.fixture
async def ear():
    """Listen to a group as open pages do; what comes has reached them all."""

    async def ear(group):
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(group, channel)
        return lambda: layer.receive(channel)

    yield ear
    await get_channel_layer().flush()
