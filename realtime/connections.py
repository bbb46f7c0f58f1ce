"""The line to one open page: what it has seen, and sending to it without ever waiting."""

import asyncio
import time

from realtime import limits


class Connection:
    """One open page, as its server sees it. It holds a place and no rights of its own.

    ``session_key``: the session's, of whoever looks. ``language``: the page's. ``signed_in``: whom the
    session made of it when last asked, None until then. ``close_code``: what it was ended with,
    None while it lives.
    """

    __slots__ = (
        "badge",
        "close_code",
        "on_writable",
        "inbound",
        "session_key",
        "rights",
        "language",
        "send",
        "signed_in",
        "blocked_since",
        "unacknowledged",
        "frame_writer",
    )

    def __init__(self, handshake, send, frame_writer=None):
        """A line on which nothing was said yet; ``send`` and ``frame_writer`` are the server's."""
        self.session_key, self.language = handshake.session_key, handshake.language
        self.send, self.frame_writer = send, frame_writer
        self.signed_in = self.rights = self.close_code = self.blocked_since = None
        self.on_writable = self.badge = None
        self.unacknowledged = 0
        self.inbound = limits.InboundFrames()

    @property
    def is_open(self):
        """Whether it takes frames, now or once it is free."""
        return self.close_code is None

    @property
    def is_writable(self):
        """Whether a frame sent now would leave now."""
        return self.close_code is None and self.blocked_since is None

    def identify(self, signed_in):
        """Note whose page this is; where it is another's now it is ended, and False.

        So is one where something else is closed to writing than when it was loaded.
        """
        if self.signed_in is not None and _writing_rights(signed_in) != _writing_rights(
            self.signed_in
        ):
            self.close(limits.RELOAD)
            return False
        self.signed_in, self.rights = signed_in, signed_in.viewer.rights
        return True

    def push(self, frame):
        """Send ``frame`` if the line is free; say whether it was sent.

        Nothing is queued for a page that reads slowly: it keeps its place, and is caught
        up from there when it is free again.
        """
        if self.close_code is not None or self.blocked_since is not None:
            return False
        if self.frame_writer is None:
            self.unacknowledged += (
                frame.size
            )  # Only the wire tells what the other end has not read.
            self._start_sending(self.send(frame.asgi_message))
        elif not self.frame_writer.write(frame):
            self._start_sending(self.frame_writer.wait_writable())
        return True

    def close(self, close_code):
        """Close with ``close_code``, once; nothing more is sent on this line."""
        if self.close_code is None:
            self.close_code = close_code
            if self.blocked_since is None:
                self._send_close()
            elif close_code == limits.TOO_SLOW and self.frame_writer is not None:
                self.frame_writer.abort()

    def receive(self, message):
        """Note that ``message`` came and return the object it says; raise limits.Fault."""
        self.unacknowledged = 0
        return self.inbound.receive(message)

    def timeout_code(self):
        """The code with which to give up on the other end, None while there is no reason."""
        now = time.monotonic()
        if self.inbound.idle_seconds(now) > limits.IDLE_SECONDS:
            return limits.IDLE_TIMEOUT
        if self.unacknowledged > limits.MAX_UNACKNOWLEDGED:
            return limits.TOO_SLOW
        if (
            self.blocked_since is not None
            and now - self.blocked_since > limits.MAX_SEND_SECONDS
        ):
            return limits.TOO_SLOW
        return None

    def _send_close(self):
        self._start_sending(self.send({"type": "websocket.close", "code": self.close_code}))

    def _start_sending(self, sending):
        # Run at once, on this stack: only where the other end is slow is there a task left.
        loop = asyncio.get_running_loop()
        task = asyncio.Task(sending, loop=loop, eager_start=True)
        if task.done():
            self._check_sent(task)
        else:
            self.blocked_since = time.monotonic()
            task.add_done_callback(self._on_writable)

    def _on_writable(self, task):
        self.blocked_since = None
        self._check_sent(task)
        if self.close_code is not None and self.close_code != limits.ABNORMAL_CLOSURE:
            self._send_close()
        elif self.on_writable:
            self.on_writable(self)

    def _check_sent(self, task):
        failed = task.cancelled() or task.exception() is not None
        if failed and self.close_code is None:
            self.close_code = (
                limits.ABNORMAL_CLOSURE
            )  # The server tells the page's own loop of it as well.


def _writing_rights(signed_in):
    """Who writes, and where they only read."""
    return signed_in.viewer.person_id, signed_in.viewer.archived_groups
