"""What goes over lines: encoded once, framed once, compressed once, however many hear it."""

import json
import zlib
from functools import cached_property

#: The name under which a server that takes frames as they go over the wire says so.
FRAME_WRITER = "foirail.frame_writer"
_TEXT, _COMPRESSED = 0x81, 0xC1  # RFC 6455, 5.2; RFC 7692, 6: the first reserved bit.


class Frame:
    """One message from the server, in the forms in which servers take it.

    ``size``: its bytes, uncompressed.
    """

    def __init__(self, content):
        """``content`` is what the page gets as JSON."""
        self.text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        self.data = self.text.encode()
        self.size = len(self.data)

    @cached_property
    def asgi_message(self):
        """As an ASGI server takes it."""
        return {"type": "websocket.send", "text": self.text}

    @cached_property
    def uncompressed(self):
        """As it goes over the wire."""
        return _with_header(_TEXT, self.data)

    @cached_property
    def compressed(self):
        """As it goes over the wire of a page that unpacks."""
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(self.data) + packer.flush(zlib.Z_SYNC_FLUSH)
        return _with_header(_COMPRESSED, packed[:-4])


def _with_header(first_byte, data):
    size = len(data)
    if size < 126:
        return bytes([first_byte, size]) + data
    if size < 0x10000:
        return bytes([first_byte, 126]) + size.to_bytes(2) + data
    return bytes([first_byte, 127]) + size.to_bytes(8) + data
