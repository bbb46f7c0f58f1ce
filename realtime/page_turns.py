"""How many pages a process makes at once: the others wait for their turn, or until they leave.

Each page is made in a thread, with a connection to the database of its own. Without a bound a
thousand requests at once are a thousand of both, and all of them are late; a server that ends
would wait for all, those of who has left among them.
"""

from __future__ import annotations

import asyncio
from typing import Any

from realtime.handshake import Receive, Send

#: Pages that are made at once. More would be no faster: threads of a process share one core.
MAX_AT_ONCE = 32


class PageTurn:
    """The turn of one request: from when its body is there until its answer begins.

    Who sends or receives slowly keeps nobody waiting. ``room``: that of all turns.
    """

    def __init__(self, room: asyncio.Semaphore) -> None:
        self._room = room
        self._place: asyncio.Future[Any] | None = None
        self._is_over = False

    @property
    def is_taken(self) -> bool:
        """Whether the page is being made, or was."""
        place = self._place
        return place is not None and place.done() and not place.cancelled()

    def receiver(self, receive: Receive) -> Receive:
        """``receive``, which gives the end of the body once it is the request's turn."""

        async def receive_in_turn() -> Any:
            message = await receive()
            if self._place is None and not message.get("more_body", False):
                place = self._place = asyncio.ensure_future(self._room.acquire())
                await asyncio.wait([place])
                if place.cancelled():
                    return {"type": "http.disconnect"}
            return message

        return receive_in_turn

    def sender(self, send: Send) -> Send:
        """``send``, which ends the turn as the answer begins."""

        async def send_after_turn(message: Any) -> None:
            self.end()
            await send(message)

        return send_after_turn

    def give_up(self) -> None:
        """Have a page that was not begun yet not be made: whoever asked for it has left."""
        if self._place is not None and not self.is_taken:
            self._place.cancel()

    def end(self) -> None:
        """Leave the place to another, or the queue. Safe to do twice."""
        self.give_up()
        if self.is_taken and not self._is_over:
            self._is_over = True
            self._room.release()
