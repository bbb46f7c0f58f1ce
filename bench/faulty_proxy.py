"""A line to a server that can be slow, be cut, or go dead without a word."""

import asyncio
from contextlib import suppress


class AsyncFaultyProxy:
    """Forwards a port of its own to ``target``, both ways, ``delay`` seconds late."""

    def __init__(self, target, delay=0.0):
        """Not listening yet."""
        self._target, self.delay = target, delay
        self._ends, self._is_forwarding = set(), True

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *failure):
        self._server.close()
        self.disconnect()

    def disconnect(self):
        """End every connection at once; what was on its way is lost. New ones may come."""
        for end in self._ends:
            end.transport.abort()

    def stall(self):
        """Swallow everything, and let neither end know."""
        self._is_forwarding = False

    def restore(self):
        """Carry again. What was swallowed is lost, and so are the lines it was lost from."""
        self._is_forwarding = True
        self.disconnect()

    async def _connect(self, near_in, near_out):
        try:
            far_in, far_out = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            return near_out.transport.abort()
        ends = {near_out, far_out}
        self._ends |= ends
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._forward(near_in, far_out))
                both.create_task(self._forward(far_in, near_out))
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _forward(self, source, sink):
        """Each piece is as late as the line is slow, and behind no slower one before it."""
        pieces = asyncio.Queue()

        async def late():
            while True:
                due, data = await pieces.get()
                await asyncio.sleep(due - asyncio.get_running_loop().time())
                if not data or sink.is_closing():
                    return sink.transport.abort()
                with suppress(OSError):  # Cut: there is an end of the source to come.
                    sink.write(data)
                    await sink.drain()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(late())
            while True:
                data = await _read(source)
                if self._is_forwarding or not data:
                    due = asyncio.get_running_loop().time() + self.delay
                    pieces.put_nowait((due, data))
                if not data:
                    return


async def _read(source):
    try:
        return await source.read(65536)
    except OSError:
        return b""
