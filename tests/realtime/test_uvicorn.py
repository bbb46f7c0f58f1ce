"""Open pages behind the server of production: packed frames, slow readers, abuse, restarts."""

import asyncio
import json
import socket
import tomllib
from contextlib import asynccontextmanager
from fnmatch import fnmatch
from pathlib import Path
from uuid import uuid4

import pytest
import uvicorn
from channels.db import database_sync_to_async as in_db
from django.conf import settings
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from realtime import limits, protocol
from realtime.asgi import application
from realtime.hub import current_hub
from tests.factories import post_reply
from tests.realtime.conftest import TIMEOUT, run_reconcile, wait_until_idle

pytestmark = pytest.mark.django_db(transaction=True)
#: Bytes that the system keeps of what is under way, about.
SMALL = 4096
PAGE_PROTOCOL = "realtime.protocol:PageProtocol"


@asynccontextmanager
async def serving(ws=PAGE_PROTOCOL, **options):
    """uvicorn in this process, at the port yielded."""
    # Where a test fails with pages open, it ends all the same, and says why.
    options = {"timeout_graceful_shutdown": 2} | options
    options |= {"ws": ws, "lifespan": "off", "log_level": "warning"}
    server = uvicorn.Server(uvicorn.Config(application, **options))
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    running = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0)
    try:
        yield server, listener.getsockname()[1]
    finally:
        server.should_exit = True
        await running
        await wait_until_idle()


@pytest.fixture
def reader(session_of):
    """Connect a page of ``thread`` for ``person`` with a real client."""

    async def reader(port, thread, person, after=1, headers=None, **options):
        key = await in_db(session_of)(person)
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"}
        return await connect(
            f"ws://127.0.0.1:{port}/live/fils/{thread.pk}/?after={after}",
            origin=f"http://127.0.0.1:{port}",
            additional_headers=cookie | (headers or {}),
            **options,
        )

    return reader


async def seqs(client, last):
    """The places that ``client`` is told until it has ``last``."""
    told = []
    while not told or told[-1] < last:
        news = json.loads(await asyncio.wait_for(client.recv(), TIMEOUT))
        told += [news["seq"]] if "seq" in news else []
    return told


async def test_uvicorn_is_the_version_that_the_page_protocol_extends(reader, thread, jeanne):
    """Where this fails, uvicorn is another: read its protocol anew, then set the version.

    ``realtime/protocol.py`` uses attributes that uvicorn does not document.
    """
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())
    pinned = f"uvicorn=={protocol.UVICORN_VERSION}"
    assert pinned in [line.split(";")[0] for line in project["project"]["dependencies"]]
    assert fnmatch(uvicorn.__version__, protocol.UVICORN_VERSION)

    async with serving() as (server, port):
        page = await reader(port, thread, jeanne)
        await seqs(page, 1)
        (connection,) = server.server_state.connections
        missing = [name for name in protocol.UVICORN_INTERNALS if not hasattr(connection, name)]
        await page.close()
    assert missing == []
    assert isinstance(connection, protocol.PageProtocol)
    assert connection.conn.available_extensions and connection.writable.is_set()


@pytest.mark.parametrize("compression", ["deflate", None])
@pytest.mark.parametrize("ws", [PAGE_PROTOCOL, "websockets-sansio"])
async def test_frames_arrive_packed_or_not_with_and_without_the_short_way(
    ws, compression, reader, thread, jeanne
):
    async with serving(ws) as (_server, port):
        page = await reader(port, thread, jeanne, compression=compression)
        for n in range(2, 5):
            await in_db(post_reply)(jeanne, thread, f"Réponse « {n} » " + "à l’épreuve " * 300)
            assert (await seqs(page, n))[-1] == n
        await page.send("{}")
        assert json.loads(await page.recv()) == {"database_age": 0}
        await page.close()


async def test_what_is_packed_is_packed_once_and_smaller(reader, thread, jeanne, claire):
    async with serving() as (server, port):
        pages = [await reader(port, thread, who) for who in (jeanne, claire, jeanne)]
        for page in pages:
            await seqs(page, 1)
        written = []
        for connection in server.server_state.connections:
            write = connection.transport.write
            connection.transport = Spy(connection.transport, written, write)
        await in_db(post_reply)(
            jeanne, thread, "Une réponse assez longue pour être tassée. " * 30
        )
        texts = [await asyncio.wait_for(page.recv(), TIMEOUT) for page in pages]
        for page in pages:
            await page.close()

    frames = [data for data in written if len(data) > 200]
    assert len(frames) == 3 and all(frame is frames[0] for frame in frames)
    assert len(frames[0]) < len(texts[0].encode()) / 2


class Spy:
    """A transport that notes what is written."""

    def __init__(self, transport, written, write):
        self._transport, self._written, self._write = transport, written, write

    def write(self, data):
        self._written.append(data)
        self._write(data)

    def __getattr__(self, name):
        return getattr(self._transport, name)


async def small(port):
    """A connected socket that holds little of what is not read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return sock


async def stall(port, thread, key):
    """A client that opens a page and then reads nothing."""
    streams = await asyncio.open_connection(sock=await small(port), limit=1024)
    request = (
        f"GET /live/fils/{thread.pk}/?after=1 HTTP/1.1\r\nHost: localhost\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://localhost\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={key}\r\n\r\n"
    )
    streams[1].write(request.encode())
    await streams[0].readuntil(b"\r\n\r\n")
    streams[1].transport.pause_reading()
    return streams


async def stuck_connection():
    """The hub's line to the client that reads nothing, once it is known to be stuck."""
    async with asyncio.timeout(3 * TIMEOUT):
        while True:
            for connection in current_hub().registry.connections:
                if connection.blocked_since is not None:
                    return connection
            await asyncio.sleep(0.005)  # Leaving the processor to what is waited for.


LONG = " ".join(f"Ceci est long, et ne se tasse pas : {n * 7919}." for n in range(1500))


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.parametrize("ws", [PAGE_PROTOCOL, "websockets-sansio"])
async def test_a_client_that_reads_nothing_holds_nobody_up_and_is_let_go(
    ws, reader, thread, jeanne, claire, session_of, monkeypatch
):
    async with serving(ws) as (_server, port):
        lazy = await stall(port, thread, await in_db(session_of)(claire))
        page, seq = await reader(port, thread, jeanne), 1
        await seqs(page, 1)
        waiting = asyncio.ensure_future(stuck_connection())
        while not waiting.done():
            await in_db(post_reply)(jeanne, thread, f"{LONG} {uuid4()}")
            seq += 1
            assert (await seqs(page, seq))[-1] == seq
        connection, stuck_at = await waiting, None
        stuck_at = connection.seq
        for _ in range(3):
            await in_db(post_reply)(jeanne, thread, f"{LONG} {uuid4()}")
        assert (await seqs(page, seq + 3))[-1] == seq + 3
        assert connection.seq == stuck_at  # Nothing is queued for it.

        monkeypatch.setattr(limits, "MAX_SEND_SECONDS", 0)
        await run_reconcile()
        assert connection.close_code == limits.TOO_SLOW
        await page.close()
        lazy[1].transport.abort()


@pytest.mark.deep
@pytest.mark.postgresql
async def test_a_client_that_pauses_and_reads_again_misses_nothing(
    reader, thread, jeanne, claire
):
    async with serving() as (_server, port):
        slow = await reader(port, thread, claire, max_queue=1, sock=await small(port))
        slow.transport.pause_reading()
        seq, waiting = 1, asyncio.ensure_future(stuck_connection())
        while not waiting.done():
            await in_db(post_reply)(jeanne, thread, f"{LONG} {uuid4()}")
            seq += 1
            await wait_until_idle()
        for _ in range(5):  # Long ones would be more than it catches up on: it would reload.
            await in_db(post_reply)(jeanne, thread, f"Bref. {uuid4()}")
        slow.transport.resume_reading()

        told = await seqs(slow, seq + 5)
        assert told == sorted(set(told))
        await slow.close()


async def test_what_no_page_sends_ends_that_line_only(reader, thread, jeanne, caplog):
    async with serving(ws_max_size=4096) as (_server, port):
        good, huge = [await reader(port, thread, jeanne) for _ in range(2)]
        flood = await reader(port, thread, jeanne)
        with pytest.raises(ConnectionClosed) as closed:
            await huge.send("x" * 2**20)
            while True:
                await huge.recv()
        assert closed.value.rcvd.code in (1009, limits.TOO_BIG)
        with pytest.raises(ConnectionClosed) as closed:
            for _ in range(1000):
                await flood.send("{}")
            while True:
                await flood.recv()
        assert closed.value.rcvd.code == limits.TOO_MANY_FRAMES
        await in_db(post_reply)(jeanne, thread)
        assert (await seqs(good, 2))[-1] == 2
        await good.close()

    told = [record for record in caplog.records if record.name == "realtime"]
    assert len(told) <= 2


async def test_one_address_may_not_take_all_places_and_others_go_on(
    reader, thread, jeanne, monkeypatch, caplog
):
    monkeypatch.setattr(limits, "MAX_CONNECTIONS_PER_ADDRESS", 5)
    async with serving() as (_server, port):
        pages = [await reader(port, thread, jeanne) for _ in range(5)]
        for _ in range(10):
            refused = await reader(port, thread, jeanne)
            with pytest.raises(ConnectionClosed) as closed:
                await refused.recv()
            assert closed.value.rcvd.code == limits.UNAVAILABLE
        await in_db(post_reply)(jeanne, thread)
        for page in pages:
            assert (await seqs(page, 2))[-1] == 2
            await page.close()

    assert len([record for record in caplog.records if record.name == "realtime"]) == 1


async def test_addresses_of_one_ipv6_network_are_counted_as_one(
    reader, thread, jeanne, monkeypatch, settings
):
    monkeypatch.setattr(limits, "MAX_CONNECTIONS_PER_ADDRESS", 3)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    async def comes_from(port, address):
        return await reader(port, thread, jeanne, headers={"X-Forwarded-For": address})

    async with serving() as (_server, port):
        pages = [await comes_from(port, f"2001:db8:0:1::{n}") for n in range(3)]
        refused = await comes_from(port, "2001:db8:0:1:ffff::9")
        with pytest.raises(ConnectionClosed) as closed:
            await refused.recv()
        assert closed.value.rcvd.code == limits.UNAVAILABLE
        pages += [await comes_from(port, "2001:db8:0:2::1"), await comes_from(port, "10.0.0.1")]
        await in_db(post_reply)(jeanne, thread)
        for page in pages:
            assert (await seqs(page, 2))[-1] == 2
            await page.close()


async def test_a_server_that_stops_tells_its_pages_to_come_back(reader, thread, jeanne):
    async with serving() as (server, port):
        pages = [await reader(port, thread, jeanne) for _ in range(3)]
        for page in pages:
            await seqs(page, 1)
        server.should_exit = True
        for page in pages:
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(page.recv(), TIMEOUT)
            assert closed.value.rcvd.code == 1012
