"""Open pages: sockets over the whole stack, origin included."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from channels.db import database_sync_to_async as in_db
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.utils import timezone

from forum.base.readership import readership_of
from forum.models import Space
from realtime import bus, reconcile
from realtime.asgi import application
from realtime.hub import Hub, current_hub
from realtime.list_rooms import ListRoom

HOST, ORIGIN = (b"host", b"localhost"), (b"origin", b"http://localhost")
TIMEOUT = 10  # seconds, on a busy machine; nothing here waits for the clock


class PageClient:
    """The page's end of a socket."""

    def __init__(self, address, session="", headers=(ORIGIN,)):
        """Not connected yet. ``session`` is the key in the page's cookie."""
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}".encode()
        headers = [HOST, *headers, *([(b"cookie", cookie)] if session else [])]
        self.communicator = WebsocketCommunicator(application, address, headers)
        self.is_open = False

    async def connect(self):
        """Whether the server accepted."""
        self.is_open, _ = await self.communicator.connect(TIMEOUT)
        return self.is_open

    async def next_update(self):
        """The next frame that is no state; fails where the line was closed instead."""
        while True:
            frame = await self.communicator.receive_json_from(TIMEOUT)
            if "seq" in frame or "order" in frame:
                return frame

    async def state(self, name):
        """The next frame that tells of the element, or the word, of this ``name``."""
        while True:
            frame = await self.communicator.receive_json_from(TIMEOUT)
            if name in frame or name in frame.get("elements", ()):
                return frame.get(name, frame.get("elements", {}).get(name))

    async def code(self):
        """The code the server closes with; fails where it sends news instead."""
        message = await self.communicator.receive_output(TIMEOUT)
        while message["type"] == "websocket.send" and not _is_news(message):
            message = await self.communicator.receive_output(TIMEOUT)
        assert message["type"] == "websocket.close", message
        return message["code"]

    async def receives_no_update(self):
        """Whether no news came, once all that is open has been compared with the database."""
        await run_reconcile()
        messages = []
        while not self.communicator.output_queue.empty():
            messages.append(await self.communicator.receive_output(TIMEOUT))
        return not any(map(_is_news, messages))


def _is_news(message):
    return '"seq":' in message["text"] or '"order":' in message["text"]


async def run_reconcile():
    """Have the hub compare all that is open with the database, and serve what is behind."""
    await wait_until_idle()
    await current_hub().reconcile()
    await wait_until_idle()


async def wait_until_idle():
    """Wait until the hub has nothing under way."""
    hub = current_hub()
    while tasks := [
        task
        for task in (
            hub.check_task,
            *(room.delivery_task for room in hub.registry.rooms()),
        )
        if task is not None
    ]:
        await asyncio.wait(tasks)


async def let_time_pass(set_end, settle=run_reconcile):
    """Have an end come by itself: ``set_end`` sets it, and nobody changes a row as it comes."""
    end = timezone.now() + timedelta(milliseconds=20)
    await set_end(end)
    await settle()
    while timezone.now() <= end:
        await asyncio.sleep(0.005)


@pytest.fixture
async def open_socket(session_of):
    """Open a socket at an address for a person; all are closed at the end."""
    pages = []

    async def open_socket(address, person=None, **options):
        session = await in_db(session_of)(person)
        pages.append(PageClient(address, session, **options))
        await pages[-1].connect()
        return pages[-1]

    try:
        yield open_socket
    finally:
        for page in pages:
            if page.is_open:
                with suppress(asyncio.CancelledError):  # It waited in vain for a frame.
                    await page.communicator.disconnect()
        await wait_until_idle()


@pytest.fixture
def open_thread(open_socket):
    """Open a page of ``thread`` for ``person`` that has seen change ``after``.

    It shows who reads the thread now.
    """

    async def open_thread(thread, person=None, after=1):
        space = await Space.objects.aget(threads=thread)
        readers = (await in_db(readership_of)(space)).summary
        address = f"/live/fils/{thread.pk}/?after={after}&readers={readers}"
        return await open_socket(address, person)

    return open_thread


@pytest.fixture
def open_list(open_socket):
    """Open a list for ``person`` with ``params``; ``known`` rows may be a dictionary."""

    async def open_list(person=None, known=(), **params):
        if not isinstance(known, str):
            known = ",".join(f"{pk}:{seq}" for pk, seq in dict(known or ()).items())
        return await open_socket(f"/live/?{urlencode(params | {'known': known})}", person)

    return open_list


@pytest.fixture
def session_of(browser_of):
    """The key of a session that a person has just signed in to; a guest has none."""
    return lambda person: browser_of(person).session.session_key if person else ""


@pytest.fixture
def next_change(monkeypatch):
    """``await next_change()``: the next (thread, seq) that the bus announces.

    Not what was told before the test began, such as that there is a thread.
    """
    bus.wait_until_sent(TIMEOUT)
    changes, bus_handlers = asyncio.Queue(), Hub.bus_handlers

    def handlers_that_note(hub):
        def on_change(thread, seq, spaces):
            hub.on_change(thread, seq, spaces)
            changes.put_nowait((thread, seq))

        return bus_handlers(hub) | {"hub.change": on_change}

    monkeypatch.setattr(Hub, "bus_handlers", handlers_that_note)
    return lambda: asyncio.wait_for(changes.get(), TIMEOUT)


@pytest.fixture(autouse=True)
def _no_delays(monkeypatch):
    """Lists are delivered to at once, and reconciling happens only where a test has it."""
    monkeypatch.setattr(ListRoom, "min_interval", 0)
    monkeypatch.setattr(reconcile, "INTERVAL", 3600)
    monkeypatch.setattr(bus, "_is_failing", False)


@pytest.fixture
def without_bus(monkeypatch):
    """No message of the bus arrives."""
    monkeypatch.setattr(Hub, "bus_handlers", lambda hub: {})
