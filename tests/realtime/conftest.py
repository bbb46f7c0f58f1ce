"""Open pages: sockets over the whole stack, origin included."""

import asyncio
from urllib.parse import urlencode

import pytest
from channels.db import database_sync_to_async as in_db
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connections

from realtime import ear, poke, sweeping
from realtime.asgi import application
from realtime.hub import hub_here
from realtime.pages import ListRoom

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
        """The next frame that is no state; fails where the line was closed instead."""
        while True:
            frame = await self.line.receive_json_from(PATIENCE)
            if "seq" in frame or "order" in frame:
                return frame

    async def state(self, name):
        """The next frame that tells of the element, or the word, of this ``name``."""
        while True:
            frame = await self.line.receive_json_from(PATIENCE)
            if name in frame or name in frame.get("elements", ()):
                return frame.get(name, frame.get("elements", {}).get(name))

    async def code(self):
        """The code the server closes with; fails where it sends news instead."""
        message = await self.line.receive_output(PATIENCE)
        while message["type"] == "websocket.send" and not _is_news(message):
            message = await self.line.receive_output(PATIENCE)
        assert message["type"] == "websocket.close", message
        return message["code"]

    async def hears_nothing(self):
        """Whether no news came, once all that is open has been compared with the database."""
        await sweep()
        messages = []
        while not self.line.output_queue.empty():
            messages.append(await self.line.receive_output(PATIENCE))
        return not any(map(_is_news, messages))


def _is_news(message):
    return '"seq":' in message["text"] or '"order":' in message["text"]


async def sweep():
    """Have the hub compare all that is open with the database, and serve what is behind."""
    await quiet()
    await sweeping.sweep(hub_here())
    await quiet()


async def quiet():
    """Wait until the hub has nothing under way."""
    hub = hub_here()
    while tasks := [
        task
        for task in (hub.checking, *hub.others, *(room.task for room in _rooms(hub)))
        if task is not None
    ]:
        await asyncio.wait(tasks)


def _rooms(hub):
    return [*hub.threads.values(), *hub.lists.values()]


@pytest.fixture
async def open_socket(session_of):
    """Open a socket at an address for a person; all are closed at the end."""
    pages = []

    async def open_socket(address, person=None, **options):
        session = await in_db(session_of)(person)
        pages.append(Page(address, session, **options))
        await pages[-1].connect()
        return pages[-1]

    try:
        yield open_socket
    finally:
        for page in pages:
            if page.is_open:
                await page.line.disconnect()
        await quiet()
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
def heard(monkeypatch):
    """What the hub was told of by pokes, as they come: ``await heard()`` is (thread, seq)."""
    told = asyncio.Queue()

    def poked(hub, thread, seq, spaces):
        hub.poked(thread, seq, spaces)
        told.put_nowait((thread, seq))

    monkeypatch.setitem(ear._HEARERS, "hub.poke", poked)
    return lambda: asyncio.wait_for(told.get(), PATIENCE)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Lists are looked at as soon as they are poked, and sweeps come when they are called."""
    monkeypatch.setattr(ListRoom, "pace", 0)
    monkeypatch.setattr(sweeping, "INTERVAL", 3600)
    monkeypatch.setattr(poke._trouble, "now", False)


@pytest.fixture
def deaf(monkeypatch):
    """No poke arrives any more."""
    monkeypatch.setattr(ear, "_HEARERS", {})
