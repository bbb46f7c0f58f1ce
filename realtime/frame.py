"""A message to pages: encoded once, framed once and compressed once for all who get it."""

import json
import zlib
from functools import cached_property
from typing import Any

#: The ASGI extension by which a server offers to write encoded frames itself.
FRAME_WRITER = "foirail.frame_writer"
_TEXT, _COMPRESSED = 0x81, 0xC1  # RFC 6455, 5.2; RFC 7692, 6: the first reserved bit.


class Frame:
    """One message from the server, in the forms in which servers take it.

    ``content`` is what the page gets as JSON. ``size``: its bytes, uncompressed.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        self.data = self.text.encode()
        self.size = len(self.data)

    @cached_property
    def asgi_message(self) -> dict[str, Any]:
        """The message as an ASGI server takes it."""
        return {"type": "websocket.send", "text": self.text}

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


def _with_header(first_byte: int, data: bytes) -> bytes:
    size = len(data)
    if size < 126:
        return bytes([first_byte, size]) + data
    if size < 0x10000:
        return bytes([first_byte, 126]) + size.to_bytes(2) + data
    return bytes([first_byte, 127]) + size.to_bytes(8) + data
