"""WebSocket lines by hand, to do on them what no client library lets one do."""

import socket
from contextlib import suppress


def connect(target, room=None):
    """A line on which nothing was said; ``room``: bytes that it keeps unread."""
    line = socket.socket()
    if room:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    line.settimeout(10)
    line.connect(("127.0.0.1", target.port))
    return line


def open_websocket(target, room=None):
    """A line past its handshake, and that nothing more is done for."""
    line = connect(target, room)
    cookie = f"Cookie: {target.cookies[0]}\r\n" if target.cookies else ""
    line.sendall(
        f"GET {target.paths[0]} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {target.origin}\r\n"
        f"{cookie}\r\n".encode()
    )
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += line.recv(1)
    return line


def masked_text_frame(text):
    """A masked text frame."""
    length = len(text)
    size = bytes([128 | length]) if length < 126 else b"\xff" + length.to_bytes(8)
    return b"\x81" + size + bytes(4) + text


def send_and_wait(line, data):
    """Send ``data``, however little of it is wanted; how the line ends."""
    with suppress(OSError):
        line.sendall(data)
    return wait_for_end(line)


def wait_for_end(line, heard=b"", seconds=2):
    """The code that ``line`` was closed with; "cut" if with none, "open" if it is not."""
    line.settimeout(seconds)
    try:
        while data := line.recv(65536):
            heard += data
    except TimeoutError:
        return close_code_in(heard) or "open"
    except OSError:
        pass
    return close_code_in(heard) or "cut"


def close_code_in(heard):
    """The code of the close frame among the frames ``heard``, if there is one."""
    while len(heard) >= 2:
        length, start = heard[1], 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(heard[2:start])
        if heard[0] & 15 == 8:
            return int.from_bytes(heard[start : start + 2])
        heard = heard[start + length :]
    return None
