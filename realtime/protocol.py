"""uvicorn's WebSocket protocol, with three things that it has and does not offer applications.

They are writing a frame that is encoded already, so that a thousand pages cost one framing
and one compression between them, ending the connection to a page that reads nothing, and
counting all that a client sends. Sockets are served by Daphne as well (``daphne_protocol``),
at two or three times the cost of a delivery; no other server bounds control frames.

    uvicorn realtime.asgi:application --ws realtime.protocol:PageProtocol

It uses attributes of ``WebSocketsSansIOProtocol`` that uvicorn does not document, so
``pyproject.toml`` pins uvicorn to the minor version for which this was written, and
``tests/realtime/test_uvicorn.py`` holds the two together.
"""

import logging
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)

from realtime import limits
from realtime.connections import FRAME_WRITER, Frame

log = logging.getLogger("realtime.clients")

#: The versions of uvicorn whose internals this extends, as ``pyproject.toml`` pins them.
UVICORN_VERSION = "0.54.*"
#: The attributes of uvicorn's protocol that are used here and documented nowhere.
UVICORN_INTERNALS = (
    "conn", "scope", "transport", "writable", "close_sent", "disconnected", "queue", "loop",
    "close_timer", "read_paused", "handshake_initiated", "handshake_complete",
)  # fmt: skip

_MAX_WINDOW_BITS = 15


class PageProtocol(WebSocketsSansIOProtocol):
    """One connection, which is also the FrameWriter in ``scope["extensions"]``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Without context takeover: no memory is kept between messages for each page.
        self.conn.available_extensions = [
            ServerPerMessageDeflateFactory(
                server_no_context_takeover=True, client_no_context_takeover=True
            )
        ]
        self._accepts_compressed: bool | None = None
        self._inbound, self._is_cut_off = limits.InboundTraffic(), False

    def data_received(self, data: bytes) -> None:
        """Read ``data`` in parts; cut the client off where that becomes a flood."""
        if not self.handshake_initiated:  # The server has bounded the headers.
            super().data_received(data)
            return
        for part in self._inbound.parts(data):
            self.conn.receive_data(part)
            self._inbound.add_frames(len(self.conn.events))
            if self._inbound.is_flood:
                break
            super().data_received(b"")  # Handles what was read.
            if self._is_cut_off or self.transport.is_closing():
                return
        if self._inbound.is_flood and not self._is_cut_off:
            log.warning("A client was cut off with code %s.", limits.TOO_MANY_FRAMES)
            self._cut_off(limits.TOO_MANY_FRAMES)

    async def send(self, message: Any) -> None:
        """Send as uvicorn does; who is cut off for a fault is not read any more."""
        await super().send(message)
        if message["type"] == "websocket.close" and message.get("code") in limits.FAULT_CODES:
            self._stop_reading()

    def _cut_off(self, code: int) -> None:
        limits.drop_waiting(self.queue)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code})
        if self.handshake_complete and not self.close_sent:
            self.conn.send_close(code)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self._stop_reading()

    def _stop_reading(self) -> None:
        """Read nothing more; leave the client a moment to read why."""
        self._is_cut_off, self.read_paused = True, False
        if self.transport.is_closing():
            return
        self.transport.pause_reading()
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(limits.LINGER_SECONDS, self.transport.abort)

    async def run_asgi(self) -> None:
        """Serve the connection, with this as its frame writer."""
        cast(dict[str, Any], self.scope["extensions"])[FRAME_WRITER] = self
        await super().run_asgi()

    def write(self, frame: Frame) -> bool:
        """Write ``frame``; return whether another could be written right after it."""
        if self._accepts_compressed is None:
            self._accepts_compressed = any(
                map(_accepts_shared_compression, self.conn.extensions)
            )
        if not (self.close_sent or self.disconnected or self.transport.is_closing()):
            self.transport.write(
                frame.compressed if self._accepts_compressed else frame.uncompressed
            )
        return self.writable.is_set()

    async def wait_writable(self) -> None:
        """Wait until the other end has read enough, or is gone."""
        await self.writable.wait()

    def abort(self) -> None:
        """End the connection now, whatever was not read."""
        self.transport.abort()


def _accepts_shared_compression(extension: Extension) -> bool:
    """Whether what is compressed with the widest window, each message alone, unpacks."""
    return (
        isinstance(extension, PerMessageDeflate)
        and extension.local_no_context_takeover
        and extension.local_max_window_bits == _MAX_WINDOW_BITS
    )
