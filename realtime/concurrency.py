"""How many requests a process answers at once: the others wait, or leave the queue.

Each page is made in a thread, with a connection to the database of its own. Without a bound a
thousand requests at once are a thousand of both, and all of them are late; a server that ends
would wait for all, those of who has left among them.
"""

from __future__ import annotations

import asyncio
from typing import Any

from realtime.handshake import Receive, Send

#: Requests answered at once. More would be no faster: threads of a process share one core.
MAX_CONCURRENT_REQUESTS = 32


class RequestSlot:
    """The slot of one request: held from when its body is there until its answer begins.

    Who sends or receives slowly keeps nobody waiting. ``slots``: all that the process has.
    """

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots = slots
        self._acquired: asyncio.Future[Any] | None = None
        self._is_released = False

    @property
    def is_acquired(self) -> bool:
        """Whether the page is being made, or was."""
        acquired = self._acquired
        return acquired is not None and acquired.done() and not acquired.cancelled()

    def receiver(self, receive: Receive) -> Receive:
        """``receive``, which gives the end of the body once the request has its slot."""

        async def receive_in_turn() -> Any:
            message = await receive()
            if self._acquired is None and not message.get("more_body", False):
                acquired = self._acquired = asyncio.ensure_future(self._slots.acquire())
                await asyncio.wait([acquired])
                if acquired.cancelled():
                    return {"type": "http.disconnect"}
            return message

        return receive_in_turn

    def sender(self, send: Send) -> Send:
        """``send``, which releases the slot as the answer begins."""

        async def release_and_send(message: Any) -> None:
            self.release()
            await send(message)

        return release_and_send

    def leave_queue(self) -> None:
        """Cancel a page that was not begun yet: whoever asked for it has left."""
        if self._acquired is not None and not self.is_acquired:
            self._acquired.cancel()

    def release(self) -> None:
        """Leave the slot to another request, or the queue. Safe to do twice."""
        self.leave_queue()
        if self.is_acquired and not self._is_released:
            self._is_released = True
            self._slots.release()
