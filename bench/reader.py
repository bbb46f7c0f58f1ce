"""An open page of a thread, as a browser keeps it: loads, follows, comes back, catches up."""

import asyncio
import json
import random
from collections import Counter

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bench import targets
from tests.page_elements import elements

RELOADS = {4404, 4409}
RESTARTED = 1012
#: Seconds between heartbeats, and until an answer must have come, as ``connection.js`` has
#: them.
HEARTBEAT, PATIENCE = 25.0, 10.0


class Reader:
    """Keeps ``elements`` (``{id: html}``) true from ``pages``, over any of ``sockets``.

    All are ports. ``haste`` divides every wait: 5 makes a heartbeat every 5 s. What went
    wrong is counted: ``doubled`` are replies that came as new more than once, ``out_of_order``
    frames that had news of an earlier change than what was known, ``codes`` how lines ended.
    """

    def __init__(self, pages, sockets, path, cookie="", haste=1.0):
        """Nothing is loaded."""
        self._pages, self._sockets, self._path = pages, sockets, path
        self._cookie, self._haste = cookie, haste
        self.seq, self.elements, self.arrived = 0, {}, Counter()
        self.doubled, self.out_of_order, self.loads, self.codes = set(), 0, 0, Counter()
        self._awake, self._heard = asyncio.Event(), asyncio.Event()
        self._awake.set()

    async def follow(self):
        """Be an open page until cancelled."""
        failures, which = 0, random.randrange(len(self._sockets))
        await self._load()
        while True:
            started = asyncio.get_running_loop().time()
            code = await self._line(self._sockets[which % len(self._sockets)])
            self.codes[code] += 1
            lasted = (asyncio.get_running_loop().time() - started) * self._haste
            failures = 0 if lasted > PATIENCE else failures + 1
            which += 1
            if code in RELOADS:
                await self._load()
            else:
                await asyncio.sleep(self._wait(code, failures))

    async def pause(self, seconds):
        """Neither read nor say anything for a while, like a laptop that was shut."""
        self._awake.clear()
        await asyncio.sleep(seconds)
        self._awake.set()

    def _wait(self, code, failures):
        if code == RESTARTED:
            return random.uniform(0, 8) / self._haste
        return min(30, 2**failures) * random.uniform(0.5, 1) / self._haste

    async def _load(self):
        """Load the last page, however often that takes."""
        while True:
            try:
                html = await asyncio.to_thread(
                    targets.load_page, self._pages, f"{self._path}?page=1000000", self._cookie
                )
            except (OSError, RuntimeError):
                await asyncio.sleep(self._wait(0, 1))
            else:
                break
        self.elements = elements(html)
        self.seq = int(html.partition('data-seq="')[2].partition('"')[0])
        self.arrived.clear()
        self.loads += 1

    async def _line(self, port):
        """Follow over one socket to its end; the code it ended with."""
        number = self._path.split("/")[2].partition("-")[0]
        url = f"ws://127.0.0.1:{port}/live/fils/{number}/?after={self.seq}"
        headers = {"Cookie": self._cookie} if self._cookie else {}
        options = {"compression": None, "ping_interval": None, "max_size": None,
                   "open_timeout": PATIENCE, "close_timeout": 1}  # fmt: skip
        origin = f"http://127.0.0.1:{port}"
        try:
            line = await connect(url, origin=origin, additional_headers=headers, **options)
        except (OSError, TimeoutError, InvalidHandshake) as error:
            return getattr(getattr(error, "response", None), "status_code", 1006)
        heart = asyncio.create_task(self._beat(line))
        try:
            while True:
                await self._awake.wait()
                self.hear(json.loads(await line.recv()))
                self._heard.set()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        finally:
            heart.cancel()
            line.transport.abort()

    async def _beat(self, line):
        """Say that one is there; take the line for dead where nothing comes of it."""
        while True:
            await asyncio.sleep(HEARTBEAT / self._haste)
            await self._awake.wait()
            self._heard.clear()
            try:
                await line.send("{}")
                async with asyncio.timeout(max(2, PATIENCE / self._haste)):
                    await self._heard.wait()
            except (ConnectionClosed, TimeoutError):
                line.transport.abort()

    def hear(self, frame):
        """Apply a frame as a page does."""
        news = frame.get("elements") or {}
        if "seq" in frame:
            if frame["seq"] <= self.seq:
                self.out_of_order += bool(news)
                return
            self.seq = frame["seq"]
            for name in news:
                if name.startswith("post-"):
                    self.arrived[name] += 1
                    if self.arrived[name] > 1:
                        self.doubled.add(name)
        for name, html in news.items():
            if html is None:
                self.elements.pop(name, None)
            else:
                self.elements[name] = html
