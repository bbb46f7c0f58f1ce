"""What a connection may carry, and the codes with which it is closed."""

import json
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

# The codes are HTTP's, from 4000: Daphne can send none of the protocol's own but 1000.
#: The page loads again, and then shows what is so: not (or no longer) to be seen; not to
#: be mended in place.
NOT_FOUND, RELOAD = 4404, 4409
#: The page, if it is one, connects again: nothing heard, too slow, our fault, not now.
IDLE_TIMEOUT, TOO_SLOW, SERVER_ERROR, UNAVAILABLE = 4408, 4410, 4500, 4503
#: No page of ours does this.
MALFORMED, TOO_MANY_FRAMES, TOO_BIG = 4400, 4429, 4413

#: Never sent: the other end went without closing.
ABNORMAL_CLOSURE = 1006

#: What a page sends: bytes in a frame, and frames in so many seconds.
MAX_FRAME_BYTES, RATE_LIMIT_FRAMES, RATE_LIMIT_SECONDS = 1024, 20, 10
#: Bytes in one answer; Daphne refuses to send 1 MiB. Beyond, loading the page is better.
MAX_ANSWER_BYTES = 512 * 1024
#: Seconds without a frame after which the other end is taken for gone.
IDLE_SECONDS = 90
#: Seconds that one frame may take to leave, and characters sent since anything was received
#: (some servers keep without bound what is not read), before a slow page is closed.
MAX_SEND_SECONDS, MAX_UNACKNOWLEDGED = 20, 4 * 1024 * 1024
#: Pages open in one process, and of those from one address: a town hall shares one.
MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS = 12_000, 2_000


class ClientFault(Exception):
    """A frame that no page of ours sends; ``close_code`` is what to close with."""

    def __init__(self, close_code: int) -> None:
        super().__init__(close_code)
        self.close_code = close_code


class InboundFrames:
    """When the last frames of a connection came: enough to tell a flood and a silence."""

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
