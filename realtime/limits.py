"""What a connection may carry, and the codes with which it is closed."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

# The codes are HTTP's, from 4000: Daphne can send none of the protocol's own but 1000.
#: The page loads again, and then shows what is so: not (or no longer) to be seen; not to
#: be brought up to date in place.
NOT_FOUND, RELOAD = 4404, 4409
#: The page, if it is one, connects again: nothing heard, too slow, our fault, not now.
IDLE_TIMEOUT, TOO_SLOW, SERVER_ERROR, UNAVAILABLE = 4408, 4410, 4500, 4503
#: No page of ours does this.
MALFORMED, TOO_MANY_FRAMES, TOO_BIG = 4400, 4429, 4413
FAULT_CODES = frozenset({MALFORMED, TOO_MANY_FRAMES, TOO_BIG})

#: Never sent: the other end went without closing.
ABNORMAL_CLOSURE = 1006

#: What a page sends: bytes in a frame, and frames in so many seconds.
MAX_FRAME_BYTES, RATE_LIMIT_FRAMES, RATE_LIMIT_SECONDS = 1024, 20, 10
#: Bytes in as many seconds, headers of frames and control frames among them: twice what
#: the largest frames of a page may take.
RATE_LIMIT_BYTES = 2 * RATE_LIMIT_FRAMES * MAX_FRAME_BYTES
#: Bytes that are read before frames are counted again; seconds that a client which was cut
#: off has to take the close code.
READ_BYTES, LINGER_SECONDS = 1024, 1
#: Bytes in one answer; Daphne refuses to send 1 MiB. Beyond, loading the page is better.
MAX_ANSWER_BYTES = 512 * 1024
#: Bytes of all answers that one delivery makes, for pages at different places of a log.
MAX_DELIVERY_BYTES = 8 * MAX_ANSWER_BYTES
#: Seconds without a frame after which the other end is taken for gone.
IDLE_SECONDS = 90
#: Seconds that one frame may take to leave, and characters sent since anything was received
#: (some servers keep without bound what is not read), before a slow page is closed.
MAX_SEND_SECONDS, MAX_UNACKNOWLEDGED = 20, 4 * 1024 * 1024
#: Pages open in one process, and of those from one address: a town hall shares one.
MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS = 12_000, 2_000
#: Lists of which pages are open in one process, and for one address: each is looked at by
#: itself. There are some hundreds of addresses of lists that lead to threads.
MAX_LISTINGS, MAX_LISTINGS_PER_ADDRESS = 1_000, 150


class ClientFault(Exception):
    """A frame that no page of ours sends; ``close_code`` is what to close with."""

    def __init__(self, close_code: int) -> None:
        super().__init__(close_code)
        self.close_code = close_code


class InboundTraffic:
    """What a client sent in the last period of RATE_LIMIT_SECONDS, for the server's protocol.

    It counts frames of every kind: pings, pongs and empty ones cost as much as others, and
    are not told to applications.
    """

    __slots__ = ("_bytes", "_frames", "_since")

    def __init__(self) -> None:
        self._since, self._frames, self._bytes = time.monotonic(), 0, 0

    def parts(self, data: bytes) -> Iterator[bytes]:
        """What may be read of ``data``, in parts, as long as there is no flood."""
        for start in range(0, len(data), READ_BYTES):
            part = data[start : start + READ_BYTES]
            self._add(0, len(part))
            if self.is_flood:
                return
            yield part

    def add_frames(self, number: int) -> None:
        """Note that ``number`` frames of any kind came."""
        self._add(number, 0)

    @property
    def is_flood(self) -> bool:
        """Whether that is more than any page of ours sends."""
        return self._frames > RATE_LIMIT_FRAMES or self._bytes > RATE_LIMIT_BYTES

    def _add(self, frames: int, size: int) -> None:
        now = time.monotonic()
        if now - self._since >= RATE_LIMIT_SECONDS:
            self._since, self._frames, self._bytes = now, 0, 0
        self._frames += frames
        self._bytes += size


class InboundFrames:
    """When the last messages of a connection came: enough to tell a flood and a silence."""

    __slots__ = ("_times",)

    def __init__(self) -> None:
        self._times = deque([time.monotonic()], maxlen=RATE_LIMIT_FRAMES)

    def receive(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Note that ASGI ``message`` came; return the object in it. Raise ClientFault."""
        self._times.append(time.monotonic())
        if (
            len(self._times) == RATE_LIMIT_FRAMES
            and self._times[-1] - self._times[0] < RATE_LIMIT_SECONDS
        ):
            raise ClientFault(TOO_MANY_FRAMES)
        return _parse(message)

    def idle_seconds(self, now: float) -> float:
        """Seconds, at ``now``, since the last frame came."""
        return now - self._times[-1]


def drop_waiting(messages: asyncio.Queue[Any]) -> None:
    """Discard the messages that wait for an application whose client is cut off."""
    while not messages.empty():
        messages.get_nowait()


def _parse(message: Mapping[str, Any]) -> dict[str, Any]:
    text = message.get("text")
    if len(text.encode() if text is not None else message["bytes"]) > MAX_FRAME_BYTES:
        raise ClientFault(TOO_BIG)
    try:
        frame = json.loads(text or "")
    except (TypeError, ValueError, RecursionError):
        raise ClientFault(MALFORMED) from None
    if not isinstance(frame, dict):
        raise ClientFault(MALFORMED)
    return frame
