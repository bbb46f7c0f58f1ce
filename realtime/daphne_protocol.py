"""What Daphne does otherwise here: it counts all that a client sends, and ends in order.

Daphne tells applications of messages only, and answers pings without bound: whoever sends
enough of them holds up all that the process serves, pages among it. As it ends, it stops its
event loop while threads that make pages still wait for it: the process then never ends.
"""

import asyncio
import logging
from typing import Any, override

from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet.defer import Deferred

from realtime import limits

log = logging.getLogger("realtime.clients")

#: Seconds that a server which ends gives to the pages that it is making.
END_TIMEOUT = 10.0
_answering: set["asyncio.Future[Any]"] = set()
_is_ending = False


class BoundedProtocol(WebSocketProtocol):
    """One connection. It is cut off once it sends more than a page of ours would."""

    _inbound: limits.InboundTraffic | None = None  # From the end of the handshake's headers.
    _is_cut_off = False

    @override
    def dataReceived(self, data: bytes) -> None:
        """Read ``data`` in parts; cut the client off where that becomes a flood."""
        if self._inbound is None:  # The headers, which the HTTP protocol has bounded.
            self._inbound = limits.InboundTraffic()
            super().dataReceived(data)
            return
        if self._is_cut_off:
            return
        for part in self._inbound.parts(data):
            super().dataReceived(part)
            if self._is_cut_off or self.state == self.STATE_CLOSED:
                return
        if self._inbound.is_flood:
            log.warning("A client was cut off with code %s.", limits.TOO_MANY_FRAMES)
            self._cut_off()

    @override
    def onFrameBegin(self) -> None:
        """Count a frame, of whatever kind."""
        if self._inbound is not None:
            self._inbound.add_frames(1)
        super().onFrameBegin()

    @override
    def serverClose(self, code: int | None = None) -> None:
        """Close as Daphne does; who is cut off for a fault is not read any more."""
        super().serverClose(code)
        if code in limits.FAULT_CODES:
            self._stop_reading()

    def _cut_off(self) -> None:
        if self.state == self.STATE_OPEN:
            self.sendClose(code=limits.TOO_MANY_FRAMES)
            limits.drop_waiting(self.application_queue)
        elif self.state == self.STATE_CONNECTING:
            self.dropConnection(abort=True)
        self._stop_reading()

    def _stop_reading(self) -> None:
        """Read nothing more. Having sent a close frame, Autobahn ends the line in a second."""
        self._is_cut_off, self.data = True, b""
        self.transport.pauseProducing()


def await_at_end(answering: "asyncio.Future[Any]") -> None:
    """Make a Daphne that ends wait for ``answering``, ``END_TIMEOUT`` at most."""
    _answering.add(answering)
    answering.add_done_callback(_answering.discard)


def is_ending() -> bool:
    """Whether a Daphne of this process is ending: it begins no page any more."""
    return _is_ending


def _end(server: Server) -> "Deferred[Any]":
    """Cancel what is served; the event loop runs until pages that are made are done.

    Daphne's own fails over a connection without an application, such as each handshake of a
    socket leaves for a second, and then waits for none.
    """
    global _is_ending
    _is_ending = True
    tasks = (it.get("application_instance") for it in server.connections.values())
    served = {task for task in tasks if task is not None and not task.done()}
    for task in served:
        task.cancel()
    return Deferred.fromFuture(asyncio.ensure_future(_await_all(served | _answering)))


async def _await_all(tasks: "set[asyncio.Future[Any]]") -> None:
    """Wait for ``tasks``; those that take too long are cancelled, so that no thread waits."""
    if not tasks:
        return
    _done, late = await asyncio.wait(tasks, timeout=END_TIMEOUT)
    if late:
        log.warning("%s pages took too long as the server ended.", len(late))
        for task in late:
            task.cancel()
        await asyncio.wait(late, timeout=1)


def install() -> None:
    """Make every Daphne of this process use both: there is no setting for that."""
    WebSocketFactory.protocol = BoundedProtocol
    Server.kill_all_applications = _end
