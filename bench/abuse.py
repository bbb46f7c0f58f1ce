"""What clients that mean no good can do to the socket process, and to a reader beside them.

``python -m bench.abuse`` sends frames of 1 MB and 1,000 frames a second, opens 10,000 idle
lines, leaves handshakes half open, falls silent, and stops reading while replies of 20 kB
go on. Meanwhile replies are posted, and ten ordinary readers are timed. It prints how the
lines ended, what the process grew by, and what the readers noticed.
"""

import argparse
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from bench import processes, raw, tables, targets
from bench.fanout import warm
from bench.followers import Followers
from bench.posting import Poster, filled
from bench.sites import a_site

MEGABYTE = 2**20
HEARTBEAT = 20  # seconds between those of ordinary readers
EASE = 2  # seconds of quiet after an ordeal, before memory is read again


@dataclass
class Ordeal:
    """One kind of abuse. Bytes of the socket process; milliseconds of ordinary readers."""

    name: str
    lines: int = 0
    codes: Counter = field(default_factory=Counter)
    before: int = 0
    peak: int = 0
    after: int = 0
    lags: list = field(default_factory=list)
    missing: int = 0
    note: str = ""

    def row(self):
        """A line of the table."""
        sizes = (self.before, self.peak, self.after)
        return {
            "abuse": self.name,
            "lines": self.lines,
            "ended with": self.codes,
            "MB before, peak, after": tuple(size / MEGABYTE for size in sizes),
            "readers' ms, p99, max": tables.parts(self.lags),
            "missing": self.missing,
            "note": self.note,
        }


def endure(target, name, attack, words=100, gap=0.3, least=10):
    """Run ``attack(ordeal)`` beside ordinary readers, who get replies of ``words`` words.

    Replies are posted until the attack is over, and ``least`` of them.
    """
    poster, ordeal = Poster(target.pages_port), Ordeal(name)
    ordeal.before = ordeal.peak = processes.memory(target.pids)
    with Followers(target, 10) as lines, ThreadPoolExecutor(1) as beside:
        attacking, number, beaten = beside.submit(attack, ordeal), 0, time.monotonic()
        while number < least or not attacking.done():
            number += 1
            if time.monotonic() > beaten + HEARTBEAT:
                lines.beat(5)
                beaten = time.monotonic()
            request = target.posts[number % len(target.posts)]
            sent = poster.send(filled(request, number, words))
            lines.wait(lines.open, 5)
            lags = [(one.at - sent.since) / 1e6 for one in lines.arrivals()]
            ordeal.lags += lags
            ordeal.missing += lines.open - len(lags)
            ordeal.peak = max(ordeal.peak, processes.memory(target.pids))
            time.sleep(gap)
        attacking.result()
    time.sleep(EASE)
    ordeal.after = processes.memory(target.pids)
    return ordeal


# ---------------------------------------------------------------- the abuse


def nothing(ordeal, target):
    """Nobody means harm: what the others are compared with."""


def big_frames(ordeal, target, lines=20):
    """Frames of 1 MB."""
    ordeal.lines = lines
    for _ in range(lines):
        with raw.opened(target) as line:
            ordeal.codes[raw.pushed(line, raw.frame(b"{" + b" " * MEGABYTE + b"}"))] += 1


def flood(ordeal, target, lines=5, seconds=3):
    """A thousand frames a second, from each of a few lines, one after the other."""
    ordeal.lines, frames = lines, 0
    for _ in range(lines):
        with raw.opened(target) as line:
            ends, heard = time.monotonic() + seconds, b""
            line.setblocking(False)
            with suppress(OSError):
                while time.monotonic() < ends and not raw.code_in(heard):
                    line.sendall(raw.frame(b"{}"))
                    frames += 1
                    time.sleep(0.001)
                    with suppress(BlockingIOError):
                        heard += line.recv(65536)
            ordeal.codes[raw.how_it_ends(line, heard)] += 1
    ordeal.note = f"{frames} frames were sent"


def idle_lines(ordeal, target, lines=10_000, seconds=10):
    """As many lines from one address as it is allowed, on which nothing is said."""
    ordeal.lines, before = lines, processes.memory(target.pids)
    with Followers(replace(target, cookies=[]), lines, each=lines) as idle:
        time.sleep(seconds)
        state = idle.state()
        grown = (processes.memory(target.pids) - before) / max(1, state.open) / 1024
        ordeal.note = f"{grown:.0f} kB each; all had tried after {idle.seconds:.0f} s"
        _end_of(ordeal, state)


def silent_lines(ordeal, target, lines=50, seconds=120):
    """Pages that never say they are still there."""
    ordeal.lines, started = lines, time.monotonic()
    with Followers(target, lines) as silent:
        while silent.state().open and time.monotonic() < started + seconds:
            time.sleep(0.5)
        ordeal.note = f"ended after {time.monotonic() - started:.0f} s"
        _end_of(ordeal, silent.state())


def half_open_lines(ordeal, target, lines=1000, seconds=30):
    """Handshakes that are begun, half of them not even that, and never ended."""
    ordeal.lines, ordeal.note = lines, f"after {seconds} s"
    with ExitStack() as stack:
        held = [stack.enter_context(raw.connected(target)) for _ in range(lines)]
        for line in held[::2]:
            line.sendall(b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        time.sleep(seconds)
        ordeal.codes = Counter(raw.how_it_ends(line, seconds=0.001) for line in held)


def unread_lines(ordeal, target, lines=20, seconds=30):
    """Clients that take nothing in while replies come."""
    ordeal.lines, ordeal.note = lines, f"after {seconds} s"
    with ExitStack() as stack:
        held = [stack.enter_context(raw.opened(target, room=4096)) for _ in range(lines)]
        time.sleep(seconds)
        ordeal.codes = Counter(raw.how_it_ends(line, seconds=0.5) for line in held)


def _end_of(ordeal, state):
    ordeal.codes += Counter(state.codes)
    if state.open:
        ordeal.codes["open"] += state.open


# ---------------------------------------------------------------- the table

#: What is done, with how many words in each reply meanwhile.
ORDEALS = {
    nothing: 100,
    big_frames: 100,
    flood: 100,
    idle_lines: 100,
    half_open_lines: 100,
    unread_lines: 3500,
    silent_lines: 100,
}


def compare(site, names, idle=10_000):
    """Endure what ``names`` name; yield rows."""
    scenery = site.ask("bench.scenery", readers=50, space="public")
    warm(targets.of_site(site, scenery, scenery["readers"]))
    for attack, words in ORDEALS.items():
        if attack.__name__ in names:
            target = targets.of_site(site, scenery, scenery["readers"])
            options = {"lines": idle} if attack is idle_lines else {}
            work = partial(attack, target=target, **options)
            yield endure(target, attack.__name__, work, words).row()


def main():
    """Endure what the command line names, and print a table."""
    names = ",".join(attack.__name__ for attack in ORDEALS)
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--only", default=names, help=f"of {names}")
    asked.add_argument("--idle", type=int, default=10_000, help="idle lines")
    asked = asked.parse_args()
    with a_site() as site:
        tables.show(compare(site, asked.only.split(","), asked.idle))


if __name__ == "__main__":
    main()
