"""The server ends while it makes pages, also for who has left: in order, and at once."""

import socket
import threading
import time
import urllib.request

import pytest

HANDSHAKE = (
    b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
PATHS = "/", "/recherche/?q=bois", "/sujets/eolien/", "/sante/", "/"


def stay(site, path):
    """Ask for a page and read it."""
    urllib.request.urlopen(site.address + path, timeout=10).close()


def leave(site, path):
    """Ask for a page and go."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())


def connect(site, path):
    """Begin a socket and go; ask for a page and go."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
        line.sendall(HANDSHAKE)
        leave(site, path)
        line.recv(100)


@pytest.mark.parametrize("visit", [stay, leave, connect, stay, leave, connect])
def test_a_server_that_makes_pages_ends_within_seconds(sites, visit):
    is_over = threading.Event()

    def ask(path):
        while not is_over.is_set():
            try:
                visit(site, path)
            except OSError:
                return

    with sites.serve() as site:
        threads = [threading.Thread(target=ask, args=[path]) for path in PATHS]
        for thread in threads:
            thread.start()
        for path in PATHS:  # All are on their way.
            urllib.request.urlopen(site.address + path, timeout=30).close()
        began = time.monotonic()
    is_over.set()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 10
