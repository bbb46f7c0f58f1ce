"""Who sends more than a page would, of whatever kind of frame, is cut off, and nobody else."""

import os
import socket
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from realtime import limits
from tests.realtime.processes import database_url, running
from tests.servers import free_port
from tests.test_deploy import commands

pytestmark = pytest.mark.django_db(transaction=True)
TIMEOUT = 20  # seconds, on a busy machine
TEXT, CONTINUATION, PING, PONG, LAST = 0x1, 0x0, 0x9, 0xA, 0x80
#: What each flood begins with, and what it then sends over and over.
FLOODS = {
    "pings": (b"", lambda: frame(LAST | PING)),
    "full pings": (b"", lambda: frame(LAST | PING, b"x" * 125)),
    "pongs": (b"", lambda: frame(LAST | PONG)),
    "messages": (b"", lambda: frame(LAST | TEXT, b"{}")),
    "empty pieces": (bytes([TEXT, 128, 0, 0, 0, 0]), lambda: frame(CONTINUATION)),
    "one long frame": (struct.pack("!BBQ4x", LAST | TEXT, 255, 900_000), lambda: b"x" * 45),
}  # fmt: skip
#: The long frame is too big for uvicorn from its header on.
CODES = [limits.TOO_MANY_FRAMES, 1009]


def frame(first_byte, data=b""):
    """A frame from a client, masked by zeros."""
    return struct.pack("!BB4x", first_byte, 128 | len(data)) + data


def command(server, port):
    """How operators start it."""
    if server == "daphne":
        options = ["-b", "127.0.0.1", "-p", str(port)]
        return [sys.executable, "-m", "daphne", *options, "realtime.asgi:application"]
    (args,) = commands("uvicorn")
    args = [{"%i": str(port), "${SOCKETS_HOST}": "127.0.0.1"}.get(arg, arg) for arg in args]
    return [sys.executable, "-m", "uvicorn", *args]


@contextmanager
def page(port):
    """The line of a page, past its handshake; what was read beyond that is lost."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as line:
        line.sendall(
            f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Origin: http://127.0.0.1:{port}\r\n\r\n".encode()
        )
        told = b""
        while b"\r\n\r\n" not in told:
            told += line.recv(1)
        yield line


def heard_until(line, words):
    """All that is read up to ``words``, or to the end of the line."""
    heard = b""
    with suppress(ConnectionResetError):
        while words not in heard and (more := line.recv(65536)):
            heard += more
    return heard


def flood(port, first, repeated):
    """The codes that a line was closed with, and how often it was answered a pong."""
    with page(port) as line:
        line.settimeout(TIMEOUT)
        with suppress(OSError):  # It is not read to its end.
            line.sendall(first + repeated() * 20_000)
        told = heard_until(line, b"nothing more")
    codes = [code for code in CODES if struct.pack("!H", code) in told[-60:]]
    return codes, told.count(bytes([LAST | PONG]))


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_a_flood_of_any_kind_of_frame_is_cut_off_and_others_stay(spaces, tmp_path, server):
    port, log = free_port(), tmp_path / "log"
    environment = os.environ | {"DATABASE_URL": database_url(tmp_path)}
    with running(command(server, port), port, log, environment), page(port) as other:
        heard_until(other, b'"order"')
        with ThreadPoolExecutor(len(FLOODS)) as pool:
            ended = {name: pool.submit(flood, port, *sent) for name, sent in FLOODS.items()}
        for name, future in ended.items():
            codes, pongs = future.result()
            assert codes == CODES[:1] or (name == "one long frame" and codes), (name, codes)
            assert pongs <= limits.READ_BYTES / len(frame(PING)), name
        other.sendall(frame(LAST | TEXT, b"{}"))
        assert b"database_age" in heard_until(other, b"database_age")
    assert log.read_text().count("4429") <= len(FLOODS)


def test_traffic_is_counted_anew_in_each_period(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(limits.time, "monotonic", lambda: now)
    traffic = limits.InboundTraffic()
    for _ in range(3):
        traffic.add_frames(limits.RATE_LIMIT_FRAMES)
        assert not traffic.is_flood
        now += limits.RATE_LIMIT_SECONDS
    traffic.add_frames(limits.RATE_LIMIT_FRAMES + 1)
    assert traffic.is_flood


def test_of_a_flood_of_bytes_no_more_is_read_than_a_page_may_send():
    traffic, told = limits.InboundTraffic(), bytes(limits.RATE_LIMIT_BYTES)

    read = b"".join(traffic.parts(told))
    assert read == told and not traffic.is_flood
    assert b"".join(traffic.parts(told)) == b"" and traffic.is_flood
