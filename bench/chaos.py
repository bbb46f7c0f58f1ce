"""Whether readers see what a reload shows, whatever breaks while replies pour in.

``python -m bench.chaos`` runs two page workers and two socket processes on PostgreSQL and
Redis, with 200 readers and 1,000 replies. On the way a socket process and a page worker are
killed, Redis is restarted, pokes are lost, a reader sleeps, and the line of a quarter of the
readers is slow, cut and dead. ``run`` does the same in any size, for tests.
"""

import argparse
import asyncio
import http.client
import re
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack, suppress
from tempfile import TemporaryDirectory

from bench import tables, targets
from bench.chaos_result import ChaosResult
from bench.databases import temporary_database
from bench.faults import FAULTS, Faults
from bench.faulty_proxy import AsyncFaultyProxy
from bench.http_replies import ReplyClient, fill_in
from bench.reader import Reader
from bench.servers import Redis, Site
from tests.page_elements import elements

#: What of a page is compared beside its posts: it is the same for all.
PARTS = {"thread-head", "thread-foot"}


def run(readers=200, replies=1000, pause=60.0, haste=5.0, writers=4, faults=FAULTS,
        server=None, template="", patience=120.0):  # fmt: skip
    """Do all that and return a Result.

    ``pause`` is how long one reader sleeps; ``haste`` divides the waits of readers;
    ``server`` names any database of a PostgreSQL (default: ``DATABASE_URL``, else a local
    one), ``template`` one there that has our tables, empty, and may be copied; ``patience``
    is how long the last reader may take at the end. Everything is made for the run and
    taken away after it.
    """
    with (
        temporary_database(server, template or "template1") as database,
        TemporaryDirectory(prefix="bench-") as folder,
        Redis(folder) as redis,
    ):
        site = Site(database, redis.url, workers=2, sockets=2)
        site.prepare(has_tables=bool(template))
        with site:
            scenery = site.run_json("bench.sample_data", readers=readers, writers=writers,
                               space="public")  # fmt: skip
            chaos = Chaos(site, redis, scenery, ChaosResult(readers, replies))
            return asyncio.run(chaos.run(pause, haste, faults, patience))


class Chaos(Faults):
    """One run."""

    def __init__(self, site, redis, scenery, result):
        """Everything is up; nobody reads yet."""
        self.site, self.redis, self.scenery, self.result = site, redis, scenery, result
        self.thread = scenery["threads"][0]
        self.posted, self.tasks = [], set()

    async def run(self, pause, haste, faults, patience):
        """Read, write and break; then see what the readers have."""
        self.pause, started = pause, time.monotonic()
        async with AsyncExitStack() as stack:
            far = self.site.sockets[-1].port
            self.line = await stack.enter_async_context(AsyncFaultyProxy(far))
            self.readers = self._readers(haste)
            following = [asyncio.create_task(one.follow()) for one in self.readers]
            await self._until(lambda: all(one.loads for one in self.readers), patience)
            await asyncio.gather(self._write(), self._break(faults))
            await asyncio.gather(*self.tasks)
            await self._settle(patience)
            await self._heal(patience)
            await self._compare()
            for task in following:
                if task.done():
                    task.result()  # A reader that fell over is our own fault: raise.
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
        self.result.seconds = time.monotonic() - started
        return self.result

    def _readers(self, haste):
        """A quarter read over the bad line, the others over either process; some as guests."""
        ports = [server.port for server in self.site.sockets]
        cookies = [cookie if n % 4 else "" for n, cookie in enumerate(self.scenery["readers"])]
        return [
            Reader(self.site.pages.port, [self.line.port] if n % 4 == 3 else ports,
                   self.thread["path"], cookie, haste)
            for n, cookie in enumerate(cookies)
        ]  # fmt: skip

    # ------------------------------------------------------------ replies

    async def _write(self):
        """Every writer posts its share, and sends again what was not answered."""
        numbers = iter(range(1, self.result.replies + 1))
        writers = self.scenery["writers"]
        await asyncio.gather(*(self._write_as(one, numbers) for one in writers))

    async def _write_as(self, cookie, numbers):
        poster = ReplyClient(self.site.pages.port)
        for number in numbers:
            reply = targets.reply_request(self.thread["id"], cookie, "{mark}. {words}", 0)
            request = fill_in(reply, number)
            while not await asyncio.to_thread(self._send, poster, request):
                self.result.retried += 1
                await asyncio.sleep(0.2)
            self.posted.append(number)

    def _send(self, poster, request):
        with suppress(OSError, http.client.HTTPException):
            return poster.send(request).is_posted

    async def _break(self, faults):
        """One fault after the other, as the replies go on."""
        for n, fault in enumerate(faults, 1):
            due = self.result.replies * n // (len(faults) + 1)
            await self._until(lambda due=due: len(self.posted) >= due, 600)
            self.result.faults.append(fault)
            await getattr(self, fault)()

    def _reply_mutely(self, number):
        """Post one reply without a poke; the moment of its commit."""
        posted = self.site.run_json(
            "bench.action_replies",
            threads=self.thread["id"],
            count=1,
            mute=1,
            writers=self.scenery["writer_ids"][0],
            first=number,
        )
        self.posted.append(number)
        return posted[0][2]

    # ------------------------------------------------------------ the end

    async def _settle(self, patience):
        """Wait until all have seen the last change."""
        writer = self.scenery["writers"][0]
        seq = await asyncio.to_thread(
            targets.current_seq, self.site.pages.port, self.thread["path"], writer
        )
        done = lambda: all(one.seq >= seq for one in self.readers)  # noqa: E731
        if not await self._until(done, patience):
            self.result.behind = sum(one.seq < seq for one in self.readers)

    async def _heal(self, patience):
        """How long a reply that nobody was nudged about takes to the last reader."""
        committed = await asyncio.to_thread(self._reply_mutely, self.result.replies + 2)
        await self._settle(patience)
        self.result.healed = time.time() - committed / 1e9

    async def _compare(self):
        """What readers have against what a reload shows."""
        shown = await asyncio.to_thread(self._reload)
        marks = Counter(re.findall(r"zq(\d+)", " ".join(shown.values())))
        self.result.missing = sum(str(number) not in marks for number in self.posted)
        self.result.posted_twice = sum(count > 1 for count in marks.values())
        for n, reader in enumerate(self.readers):
            since = min(map(_number, filter(_number, reader.elements)), default=0)
            wanted = {name for name in shown if not _number(name) or _number(name) >= since}
            held = {name for name in reader.elements if _number(name) or name in shown}
            self.result.lost += [(n, name) for name in wanted - held]
            differing = {name for name in wanted & held if reader.elements[name] != shown[name]}
            self.result.differing += [(n, name) for name in differing | (held - wanted)]
            self.result.doubled += len(reader.doubled)
            self.result.out_of_order += reader.out_of_order
            self.result.reloads += reader.loads - 1
            self.result.codes += reader.codes

    def _reload(self):
        """``{id: html}`` of all posts of the thread and of PARTS, as a guest has them now."""

        def load(number):
            return targets.load_page(
                self.site.pages.port, f"{self.thread['path']}?page={number}"
            )

        pages = int(re.search(r'data-last-page="(\d+)"', load(1))[1])
        shown = {}
        for number in range(1, pages + 1):
            shown |= elements(load(number))
        return {name: html for name, html in shown.items() if _number(name) or name in PARTS}

    async def _until(self, done, seconds):
        """Whether ``done()`` came to be so within ``seconds``."""
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        return done()


def _number(name):
    """The number of a post by its element's id; 0 for other elements."""
    return int(name[5:]) if name.startswith("post-") else 0


def main():
    """Run once and print what came of it; the exit code says whether all was true."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--readers", type=int, default=200)
    asked.add_argument("--replies", type=int, default=1000)
    asked.add_argument("--pause", type=float, default=60)
    asked.add_argument("--haste", type=float, default=5)
    asked.add_argument("--faults", default=",".join(FAULTS))
    asked = asked.parse_args()
    result = run(asked.readers, asked.replies, asked.pause, asked.haste,
                 faults=asked.faults.split(","))  # fmt: skip
    tables.print_table(result.rows())
    sys.exit(not result.is_correct)


if __name__ == "__main__":
    main()
