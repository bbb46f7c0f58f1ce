"""What goes over lines: encoded once, framed once, compressed once, however many hear it."""

import json
import zlib
from functools import cached_property

#: The name under which a server that takes frames as they go over the wire says so.
WIRE = "foirail.wire"
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
    def message(self):
        """As an ASGI server takes it."""
        return {"type": "websocket.send", "text": self.text}

    @cached_property
    def plain(self):
        """As it goes over the wire."""
        return _framed(_TEXT, self.data)

    @cached_property
    def small(self):
        """As it goes over the wire of a page that unpacks."""
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(self.data) + packer.flush(zlib.Z_SYNC_FLUSH)
        return _framed(_COMPRESSED, packed[:-4])


def _framed(kind, data):
    size = len(data)
    if size < 126:
        return bytes([kind, size]) + data
    if size < 0x10000:
        return bytes([kind, 126]) + size.to_bytes(2) + data
    return bytes([kind, 127]) + size.to_bytes(8) + data
