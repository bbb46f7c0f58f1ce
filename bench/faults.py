"""What goes wrong on purpose while ``bench.chaos`` runs."""

import asyncio
import os
import signal

from bench import processes

#: Everything that goes wrong, in this order, spread over the replies.
FAULTS = (
    "slow_line", "lost_poke", "sleeping_reader", "killed_sockets", "cut_line",
    "killed_worker", "dead_line", "restarted_redis", "mended_line", "returned_sockets",
    "restarted_sockets",
)  # fmt: skip


class Faults:
    """The faults by name, done to ``site``, ``redis``, ``line``, ``readers`` of a Chaos."""

    async def slow_line(self):
        """The bad line is slow."""
        self.line.delay = 0.3

    async def cut_line(self):
        """The bad line is cut and usable again."""
        self.line.disconnect()

    async def dead_line(self):
        """The bad line carries nothing, and nobody is told."""
        self.line.stall()

    async def mended_line(self):
        """The bad line carries again, and quickly."""
        self.line.delay = 0
        self.line.restore()

    async def lost_poke(self):
        """A reply is committed and nobody is nudged."""
        await asyncio.to_thread(self._reply_mutely, self.result.replies + 1)

    async def sleeping_reader(self):
        """A reader sleeps for ``pause`` seconds."""
        self.tasks.add(asyncio.create_task(self.readers[0].pause(self.pause)))

    async def killed_sockets(self):
        """A socket process is killed; it stays away for a while."""
        await asyncio.to_thread(self.site.sockets[0].kill)

    async def returned_sockets(self):
        """It is back."""
        await asyncio.to_thread(self.site.sockets[0].start)

    async def restarted_sockets(self):
        """The other one is stopped in good order and started again, as when deploying."""
        await asyncio.to_thread(self.site.sockets[-1].stop)
        await asyncio.to_thread(self.site.sockets[-1].start)

    async def killed_worker(self):
        """A page worker is killed, maybe while it posts a reply; another is started."""
        master = self.site.pages.pids[0]
        os.kill(next(pid for pid in processes.process_tree([master]) if pid != master),
                signal.SIGKILL)  # fmt: skip

    async def restarted_redis(self):
        """Redis is gone for a while, and comes back empty."""
        await asyncio.to_thread(self.redis.kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(self.redis.start)
