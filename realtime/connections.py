"""The connection to one open page: what the page has seen, and sending without waiting."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from realtime import limits

if TYPE_CHECKING:  # Servers import this before Django is set up.
    from accounts.viewers.viewers import AuthenticatedSession, Rights
    from realtime.handshake import Handshake

#: The ASGI extension by which a server offers to write encoded frames itself.
FRAME_WRITER = "foirail.frame_writer"
_TEXT, _COMPRESSED = 0x81, 0xC1  # RFC 6455, 5.2; RFC 7692, 6: the first reserved bit.


class Frame:
    """A message to pages, encoded, framed and compressed once for all who get it.

    ``content`` is what the page gets as JSON. ``size``: its bytes, uncompressed.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        self.asgi_message = {"type": "websocket.send", "text": text}
        self.data = text.encode()
        self.size = len(self.data)

    @cached_property
    def uncompressed(self) -> bytes:
        """The WebSocket frame as it is transmitted."""
        return _with_header(_TEXT, self.data)

    @cached_property
    def compressed(self) -> bytes:
        """The same for clients that accept compression without context takeover."""
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(self.data) + packer.flush(zlib.Z_SYNC_FLUSH)
        return _with_header(_COMPRESSED, packed[:-4])


class FrameWriter(Protocol):
    """What a server offers that writes encoded frames itself; see realtime.protocol."""

    def write(self, frame: Frame) -> bool:
        """Write ``frame``; whether another could be written right after it."""

    async def wait_writable(self) -> None:
        """Wait until a frame can be written again, or the other end is gone."""

    def abort(self) -> None:
        """End the connection at once."""


class ConnectionListener(Protocol):
    """What a connection reports to: the room that it was added to."""

    def connection_writable(self, connection: Connection) -> None:
        """A page that read slowly can be sent to again; it has missed what came meanwhile."""


class Connection:
    """One open page, as its server sees it. It has a position in the log, and no rights.

    ``session_key``: of the page's cookie. ``language``: the page's. ``signed_in``: what the
    session was found to be at the last check, None before the first; ``rights``: its rights.
    ``close_code``: what it was closed with, None while it is open. ``blocked_since``: when a
    frame was sent that has not left yet, None where none is under way. ``badge``: the
    counts that the page was last sent.
    """

    __slots__ = (
        "badge",
        "blocked_since",
        "close_code",
        "frame_writer",
        "inbound",
        "language",
        "listener",
        "rights",
        "send",
        "session_key",
        "signed_in",
        "unacknowledged",
    )

    def __init__(
        self,
        handshake: Handshake,
        send: Callable[[dict[str, Any]], Coroutine[Any, Any, None]],
        frame_writer: FrameWriter | None = None,
    ) -> None:
        self.session_key, self.language = handshake.session_key, handshake.language
        self.send, self.frame_writer = send, frame_writer
        self.signed_in: AuthenticatedSession | None = None
        self.rights: Rights | None = None
        self.close_code: int | None = None
        self.blocked_since: float | None = None
        self.badge: dict[str, int] | None = None
        self.listener: ConnectionListener | None = None
        self.unacknowledged = 0
        self.inbound = limits.InboundFrames()

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed from this side."""
        return self.close_code is None

    @property
    def is_writable(self) -> bool:
        """Whether a frame sent now would leave now."""
        return self.close_code is None and self.blocked_since is None

    def identify(self, signed_in: AuthenticatedSession) -> bool:
        """Note whose page this is.

        Where it was another person's, or something else was closed to writing when it was
        loaded, close it with RELOAD instead and return False.
        """
        if self.signed_in is not None and _writing_rights(signed_in) != _writing_rights(
            self.signed_in
        ):
            self.close(limits.RELOAD)
            return False
        self.signed_in, self.rights = signed_in, signed_in.viewer.rights
        return True

    def push(self, frame: Frame) -> bool:
        """Send ``frame`` unless an earlier one is still under way; return whether it was sent.

        Nothing is queued for a page that reads slowly: it keeps its position, and is brought
        up to now when it can be written to again.
        """
        if not self.is_writable:
            return False
        writer = self.frame_writer
        if writer is None:
            # Only a frame writer tells what the other end has not read.
            self.unacknowledged += frame.size
            self._start_sending(self.send(frame.asgi_message))
        elif not writer.write(frame):
            self._start_sending(writer.wait_writable())
        return True

    def close(self, close_code: int) -> None:
        """Close with ``close_code``, unless it is closed; nothing more is sent."""
        if self.close_code is None:
            self.close_code = close_code
            if self.blocked_since is None:
                self._send_close()
            elif close_code == limits.TOO_SLOW and self.frame_writer is not None:
                self.frame_writer.abort()

    def receive(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Note that ASGI ``message`` came; return the object in it. Raise ClientFault."""
        self.unacknowledged = 0
        return self.inbound.receive(message)

    def timeout_code(self) -> int | None:
        """The code with which to give up on the other end, None while there is no reason."""
        now = time.monotonic()
        if self.inbound.idle_seconds(now) > limits.IDLE_SECONDS:
            return limits.IDLE_TIMEOUT
        if self.unacknowledged > limits.MAX_UNACKNOWLEDGED:
            return limits.TOO_SLOW
        blocked_since = self.blocked_since
        if blocked_since is not None and now - blocked_since > limits.MAX_SEND_SECONDS:
            return limits.TOO_SLOW
        return None

    def _send_close(self) -> None:
        self._start_sending(self.send({"type": "websocket.close", "code": self.close_code}))

    def _start_sending(self, sending: Coroutine[Any, Any, None]) -> None:
        # Run at once, on this stack: only where the other end is slow is a task left over.
        loop = asyncio.get_running_loop()
        task = asyncio.Task(sending, loop=loop, eager_start=True)
        if task.done():
            self._check_sent(task)
        else:
            self.blocked_since = time.monotonic()
            task.add_done_callback(self._on_writable)

    def _on_writable(self, task: asyncio.Task[None]) -> None:
        self.blocked_since = None
        self._check_sent(task)
        if self.close_code is not None and self.close_code != limits.ABNORMAL_CLOSURE:
            self._send_close()
        elif self.listener is not None:
            self.listener.connection_writable(self)

    def _check_sent(self, task: asyncio.Task[None]) -> None:
        failed = task.cancelled() or task.exception() is not None
        if failed and self.close_code is None:
            # The server tells the consumer of it as well, which ends the connection.
            self.close_code = limits.ABNORMAL_CLOSURE


class ThreadConnection(Connection):
    """A page of a thread.

    ``seq``: the last change that it has seen. ``reading``: whether its tab is in view.
    ``read_number``: the last post that was on its screen, 0 before it says.
    ``writing_until``: when whoever typed last is no longer said to be writing.
    ``shown_presence``: what it shows of who else is there, encoded; None as it was loaded.
    ``shown_readers``: the summary of who reads the thread, as it shows it, if it does.
    """

    __slots__ = (
        "read_number",
        "reading",
        "seq",
        "shown_presence",
        "shown_readers",
        "writing_until",
    )

    def __init__(self, seq: int, reading: bool, readers: str | None, **options: Any) -> None:
        super().__init__(**options)
        self.seq, self.reading, self.writing_until = seq, reading, 0.0
        self.shown_readers, self.read_number = readers, 0
        self.shown_presence: bytes | None = None


class ListConnection(Connection):
    """A page of a list: it shows ``known``, pairs of (thread id, seq), in ``order``."""

    __slots__ = ("known", "order")

    def __init__(self, known: frozenset[tuple[int, int]], **options: Any) -> None:
        super().__init__(**options)
        self.known = known
        self.order: tuple[int, ...] | None = None


def close_all(connections: Iterable[Connection], close_code: int) -> None:
    """Close ``connections`` with ``close_code``."""
    for connection in list(connections):
        connection.close(close_code)


def _with_header(first_byte: int, data: bytes) -> bytes:
    size = len(data)
    if size < 126:
        return bytes([first_byte, size]) + data
    marker, width = (126, 2) if size < 0x10000 else (127, 8)
    return bytes([first_byte, marker]) + size.to_bytes(width) + data


def _writing_rights(signed_in: AuthenticatedSession) -> tuple[int | None, frozenset[int]]:
    """Who writes, and the groups in which they only read."""
    return signed_in.viewer.person_id, signed_in.viewer.archived_group_ids
