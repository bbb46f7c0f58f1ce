"""The line to one open page: what it has seen, and sending to it without ever waiting."""

import asyncio
import time

from realtime import limits


class Line:
    """One open page, as its server sees it. It holds a place and no rights of its own.

    ``key``: the session's, of whoever looks. ``language``: the page's. ``signed``: whom the
    session made of it when last asked, None until then. ``code``: what it was ended with,
    None while it lives.
    """

    __slots__ = (
        "badge",
        "code",
        "freed",
        "hearing",
        "key",
        "kind",
        "language",
        "send",
        "signed",
        "since",
        "unheard",
        "wire",
    )

    def __init__(self, visitor, send, wire=None):
        """A line on which nothing was said yet; ``send`` and ``wire`` are the server's."""
        self.key, self.language = visitor.session_key, visitor.language
        self.send, self.wire = send, wire
        self.signed = self.kind = self.code = self.since = None
        self.freed = self.badge = None
        self.unheard = 0
        self.hearing = limits.Hearing()

    @property
    def is_open(self):
        """Whether it takes frames, now or once it is free."""
        return self.code is None

    @property
    def is_free(self):
        """Whether a frame sent now would leave now."""
        return self.code is None and self.since is None

    def recognise(self, signed):
        """Note whose page this is; where it is another's now it is ended, and False.

        So is one where something else is closed to writing than when it was loaded.
        """
        if self.signed is not None and _writes(signed) != _writes(self.signed):
            self.end(limits.RELOAD)
            return False
        self.signed, self.kind = signed, signed.viewer.kind
        return True

    def push(self, frame):
        """Send ``frame`` if the line is free; say whether it was sent.

        Nothing is queued for a page that reads slowly: it keeps its place, and is caught
        up from there when it is free again.
        """
        if self.code is not None or self.since is not None:
            return False
        if self.wire is None:
            self.unheard += frame.size  # Only the wire tells what the other end has not read.
            self._go(self.send(frame.message))
        elif not self.wire.write(frame):
            self._go(self.wire.until_free())
        return True

    def end(self, code):
        """Close with ``code``, once; nothing more is sent on this line."""
        if self.code is None:
            self.code = code
            if self.since is None:
                self._close()
            elif code == limits.SLOW and self.wire is not None:
                self.wire.cut()

    def hear(self, message):
        """Note that ``message`` came and return the object it says; raise limits.Fault."""
        self.unheard = 0
        return self.hearing.hear(message)

    def overdue(self):
        """The code with which to give up on the other end, None while there is no reason."""
        now = time.monotonic()
        if self.hearing.quiet_for(now) > limits.SILENCE:
            return limits.SILENT
        if self.unheard > limits.MOST_UNHEARD:
            return limits.SLOW
        if self.since is not None and now - self.since > limits.LONGEST_SENDING:
            return limits.SLOW
        return None

    def _close(self):
        self._go(self.send({"type": "websocket.close", "code": self.code}))

    def _go(self, sending):
        # Run at once, on this stack: only where the other end is slow is there a task left.
        loop = asyncio.get_running_loop()
        task = asyncio.Task(sending, loop=loop, eager_start=True)
        if task.done():
            self._sent(task)
        else:
            self.since = time.monotonic()
            task.add_done_callback(self._free)

    def _free(self, task):
        self.since = None
        self._sent(task)
        if self.code is not None and self.code != limits.LOST:
            self._close()
        elif self.freed:
            self.freed(self)

    def _sent(self, task):
        failed = task.cancelled() or task.exception() is not None
        if failed and self.code is None:
            self.code = limits.LOST  # The server tells the page's own loop of it as well.


def _writes(signed):
    """Who writes, and where they only read."""
    return signed.viewer.person_id, signed.viewer.shut
