"""A process of sockets, started as operators start it: how it serves, and how it ends."""

import asyncio
import os
import socket
import sys
import threading
from types import SimpleNamespace
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async as in_db
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from realtime import bus, daphne_protocol
from realtime.asgi import application
from tests.realtime.processes import START_WITHIN, database_url, running
from tests.servers import free_port
from tests.test_deploy import commands


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
async def test_a_process_of_sockets_that_is_told_to_stop_tells_its_pages_and_ends(
    spaces, tmp_path
):
    """As its unit starts it: pages are told to come back, and nothing is logged.

    systemd is told when it is ready, while it is well, and that it ends.
    """
    (args,), port = commands("uvicorn"), free_port()
    args = [{"%i": str(port), "${SOCKETS_HOST}": "127.0.0.1"}.get(arg, arg) for arg in args]
    name, ears = f"foirail-{uuid4()}", socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ears.bind(f"\0{name}")
    ears.settimeout(START_WITHIN)
    environment = os.environ | {
        "DATABASE_URL": await in_db(database_url)(tmp_path),
        "NOTIFY_SOCKET": f"@{name}",
        "WATCHDOG_USEC": "1000000",
    }
    command, log = [sys.executable, "-m", "uvicorn", *args], tmp_path / "log"
    with ears, running(command, port, log, environment) as process:
        pages = await asyncio.gather(*(open_list(port) for _ in range(50)))
        assert [ears.recv(99), ears.recv(99)] == [b"READY=1", b"WATCHDOG=1"]
        process.terminate()
        codes = [await code_of(page) for page in pages]
        await asyncio.to_thread(process.wait, 5)
        while (told := ears.recv(99)) != b"STOPPING=1":
            assert told == b"WATCHDOG=1"

    assert codes == [1012] * 50
    assert log.read_text() == ""


async def test_what_is_told_before_a_process_ends_still_leaves(monkeypatch):
    gate, left = threading.Event(), []

    async def slow(told):
        await asyncio.to_thread(gate.wait, START_WITHIN)
        left.extend(told)

    monkeypatch.setattr(bus, "_send_batch", slow)
    server = ApplicationCommunicator(application, {"type": "lifespan"})
    await server.send_input({"type": "lifespan.startup"})
    assert (await server.receive_output())["type"] == "lifespan.startup.complete"
    bus.publish(type="hub.change")
    await server.send_input({"type": "lifespan.shutdown"})
    assert await server.receive_nothing() and left == []
    gate.set()

    assert (await server.receive_output(5))["type"] == "lifespan.shutdown.complete"
    assert left == [{"type": "hub.change"}]


async def test_as_daphne_ends_sockets_end_at_once_and_pages_that_take_too_long_then(
    monkeypatch,
):
    monkeypatch.setattr(daphne_protocol, "_is_ending", False)
    monkeypatch.setattr(daphne_protocol, "END_TIMEOUT", 0.05)
    never = asyncio.Event()
    late, held = (asyncio.ensure_future(never.wait()) for _n in range(2))
    page = asyncio.ensure_future(asyncio.sleep(0))
    daphne_protocol.await_at_end(page)
    daphne_protocol.await_at_end(late)
    # Of the second connection nothing has been asked.
    server = SimpleNamespace(connections={1: {"application_instance": held}, 2: {}})
    await daphne_protocol._end(server).asFuture(asyncio.get_running_loop())

    assert daphne_protocol.is_ending()
    assert held.cancelled() and late.cancelled()
    assert page.done() and not page.cancelled()


async def open_list(port):
    """A page of all there is to see, once it has been looked at."""
    page = await connect(f"ws://127.0.0.1:{port}/live/", origin=f"http://127.0.0.1:{port}")
    await asyncio.wait_for(page.recv(), START_WITHIN)
    return page


async def code_of(page):
    """What it is closed with."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            await asyncio.wait_for(page.recv(), START_WITHIN)
    return closed.value.rcvd.code
