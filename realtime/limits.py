"""What a line may carry, and the codes that it ends with."""

import json
import time
from collections import deque

# The codes are HTTP's, from 4000: Daphne can send none of the protocol's own but 1000.
#: The page loads again, and then shows what is so: not (or no longer) to be seen; not to
#: be mended in place.
GONE, RELOAD = 4404, 4409
#: The page, if it is one, comes back by itself: nothing heard, our fault, not now.
SILENT, TROUBLE, LATER = 4408, 4500, 4503
#: No page of ours does this.
MALFORMED, FLOOD, TOO_BIG = 4400, 4429, 4413

#: What a page sends: bytes in a frame, and frames in so many seconds.
LONGEST_FRAME, MOST_FRAMES, WITHIN = 1024, 20, 10
#: Bytes in one answer; Daphne refuses to send 1 MiB. Beyond, loading the page is better.
LONGEST_ANSWER = 512 * 1024


class Hearing:
    """What was heard on a line, and when: enough to tell a flood and a silence."""

    def __init__(self):
        """The line opens now."""
        self._times = deque([time.monotonic()], maxlen=MOST_FRAMES)

    def fault_of(self, message):
        """Note that ``message`` came; the code it deserves, None where it is in order."""
        self._times.append(time.monotonic())
        flood = len(self._times) == MOST_FRAMES and self._times[-1] - self._times[0] < WITHIN
        return FLOOD if flood else _fault(message)

    def quiet_for(self):
        """Seconds since anything was heard."""
        return time.monotonic() - self._times[-1]


def _fault(message):
    text = message.get("text")
    if len(text.encode() if text is not None else message["bytes"]) > LONGEST_FRAME:
        return TOO_BIG
    try:
        return None if isinstance(json.loads(text), dict) else MALFORMED
    except (TypeError, ValueError, RecursionError):
        return MALFORMED
