"""uvicorn's sockets, with two things that it has and does not offer to applications.

Writing a frame that is ready, so that a thousand pages cost one framing and one compression
between them; and cutting the line to a page that reads nothing. Sockets are served without
it as well (Daphne, another server), at two or three times the cost a delivery.

    uvicorn realtime.asgi:application --ws realtime.protocol:PageProtocol
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)

from realtime.frame import FRAME_WRITER

_MAX_WINDOW_BITS = 15


class PageProtocol(WebSocketsSansIOProtocol):
    """One connection; ``scope["extensions"][WIRE]`` is the connection itself."""

    def __init__(self, *args, **kwargs):
        """Compress without memory between messages: none is kept for each page."""
        super().__init__(*args, **kwargs)
        self.conn.available_extensions = [
            ServerPerMessageDeflateFactory(
                server_no_context_takeover=True, client_no_context_takeover=True
            )
        ]
        self._accepts_compressed = None

    async def run_asgi(self):
        """Serve the connection, the wire within reach."""
        self.scope["extensions"][FRAME_WRITER] = self
        await super().run_asgi()

    def write(self, frame):
        """Put ``frame`` on the wire, which is free; say whether it still is."""
        if self._accepts_compressed is None:
            self._accepts_compressed = any(
                map(_accepts_shared_compression, self.conn.extensions)
            )
        if not (self.close_sent or self.disconnected or self.transport.is_closing()):
            self.transport.write(
                frame.compressed if self._accepts_compressed else frame.uncompressed
            )
        return self.writable.is_set()

    async def wait_writable(self):
        """Wait until the other end has read enough, or is gone."""
        await self.writable.wait()

    def abort(self):
        """End the connection now, whatever was not read."""
        self.transport.abort()


def _accepts_shared_compression(extension):
    """Whether what is packed with the widest window, each message for itself, unpacks."""
    return (
        isinstance(extension, PerMessageDeflate)
        and extension.local_no_context_takeover
        and extension.local_max_window_bits == _MAX_WINDOW_BITS
    )
