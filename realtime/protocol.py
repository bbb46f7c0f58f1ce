"""uvicorn's WebSocket protocol, with two things that it has and does not offer applications.

They are writing a frame that is encoded already, so that a thousand pages cost one framing
and one compression between them, and ending the connection to a page that reads nothing.
Sockets are served without it as well (Daphne, another server), at two or three times the cost
of a delivery.

    uvicorn realtime.asgi:application --ws realtime.protocol:PageProtocol

It uses attributes of ``WebSocketsSansIOProtocol`` that uvicorn does not document, so
``pyproject.toml`` pins uvicorn to the minor version for which this was written, and
``tests/realtime/test_uvicorn.py`` holds the two together.
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)

from realtime.connections import FRAME_WRITER, Frame

#: The versions of uvicorn whose internals this extends, as ``pyproject.toml`` pins them.
UVICORN_VERSION = "0.54.*"
#: The attributes of uvicorn's protocol that are used here and documented nowhere.
UVICORN_INTERNALS = ("conn", "scope", "transport", "writable", "close_sent", "disconnected")

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
