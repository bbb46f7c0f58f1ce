"""What a line may carry, and the codes that it ends with."""

import json
import time
from collections import deque

# The codes are HTTP's, from 4000: Daphne can send none of the protocol's own but 1000.
#: The page loads again, and then shows what is so: not (or no longer) to be seen; not to
#: be mended in place.
GONE, RELOAD = 4404, 4409
#: The page, if it is one, comes back by itself: nothing heard, too slow, our fault, not now.
SILENT, SLOW, TROUBLE, LATER = 4408, 4410, 4500, 4503
#: No page of ours does this.
MALFORMED, FLOOD, TOO_BIG = 4400, 4429, 4413

#: Never sent: the other end went without a word.
LOST = 1006

#: What a page sends: bytes in a frame, and frames in so many seconds.
LONGEST_FRAME, MOST_FRAMES, WITHIN = 1024, 20, 10
#: Bytes in one answer; Daphne refuses to send 1 MiB. Beyond, loading the page is better.
LONGEST_ANSWER = 512 * 1024
#: Seconds without a frame after which the other end is taken for gone.
SILENCE = 90
#: Seconds that one frame may take to leave, and characters sent since anything was heard
#: (some servers keep without bound what is not read), before a slow page is let go.
LONGEST_SENDING, MOST_UNHEARD = 20, 4 * 1024 * 1024
#: Pages open in one process, and of those from one address: a town hall shares one.
MOST_PAGES, MOST_FROM_ONE = 12_000, 2_000


class Fault(Exception):
    """What came is nothing that a page of ours sends; ``code`` is what to close with."""

    def __init__(self, code):
        """Keep the code."""
        super().__init__(code)
        self.code = code


class Hearing:
    """What was heard on a line, and when: enough to tell a flood and a silence."""

    __slots__ = ("_times",)

    def __init__(self):
        """The line opens now."""
        self._times = deque([time.monotonic()], maxlen=MOST_FRAMES)

    def hear(self, message):
        """Note that ``message`` came and return the object it says; raise Fault."""
        self._times.append(time.monotonic())
        if len(self._times) == MOST_FRAMES and self._times[-1] - self._times[0] < WITHIN:
            raise Fault(FLOOD)
        return _said(message)

    def quiet_for(self, now):
        """Seconds, at ``now``, since anything was heard."""
        return now - self._times[-1]


def _said(message):
    text = message.get("text")
    if len(text.encode() if text is not None else message["bytes"]) > LONGEST_FRAME:
        raise Fault(TOO_BIG)
    try:
        said = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise Fault(MALFORMED) from None
    if not isinstance(said, dict):
        raise Fault(MALFORMED)
    return said
