"""What clients that mean no good can do to the socket process, and to a reader beside them.

``python -m bench.abuse`` sends frames of 1 MB and 1,000 frames a second, opens 10,000 idle
lines, leaves handshakes half open, falls silent, and stops reading while replies of 20 kB
go on; and searches and mails that are made to cost (``hostile_requests``). Meanwhile replies
are posted, and ordinary readers are timed. It prints how the lines ended, what the process grew
by, and what the readers noticed.
"""

import argparse
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from bench import processes, raw_sockets, tables, targets
from bench.fanout import warm_up
from bench.hostile_requests import hostile_requests, mail_service
from bench.http_replies import ReplyClient, fill_in
from bench.reader_pool import ReaderPool
from bench.site_setup import running_site

MEGABYTE = 2**20
HEARTBEAT = 20  # seconds between those of ordinary readers
READERS = 20  # Ordinary ones, who are timed.
EASE = 2  # seconds of quiet after an ordeal, before memory is read again


@dataclass
class AbuseCase:
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


def measure_abuse(target, name, attack, words=100, gap=0.3, least=10):
    """Run ``attack(case)`` beside ordinary readers, who get replies of ``words`` words.

    Replies are posted until the attack is over, and ``least`` of them.
    """
    poster, case = ReplyClient(target.pages_port), AbuseCase(name)
    case.before = case.peak = processes.memory(target.pids)
    with ReaderPool(target, READERS) as lines, ThreadPoolExecutor(1) as beside:
        attacking, number, beaten = beside.submit(attack, case), 0, time.monotonic()
        while number < least or not attacking.done():
            number += 1
            if time.monotonic() > beaten + HEARTBEAT:
                lines.send_heartbeats(5)
                beaten = time.monotonic()
            request = target.posts[number % len(target.posts)]
            sent = poster.send(fill_in(request, number, words))
            lines.wait(lines.open, 5)
            lags = [(one.at - sent.since) / 1e6 for one in lines.arrivals()]
            case.lags += lags
            case.missing += lines.open - len(lags)
            case.peak = max(case.peak, processes.memory(target.pids))
            time.sleep(gap)
        attacking.result()
    time.sleep(EASE)
    case.after = processes.memory(target.pids)
    return case


# ---------------------------------------------------------------- the abuse


def nothing(case, target):
    """Nobody means harm: what the others are compared with."""


def big_frames(case, target, lines=20):
    """Frames of 1 MB."""
    case.lines = lines
    for _ in range(lines):
        with raw_sockets.open_websocket(target) as line:
            case.codes[
                raw_sockets.send_and_wait(
                    line, raw_sockets.masked_text_frame(b"{" + b" " * MEGABYTE + b"}")
                )
            ] += 1


def flood(case, target, lines=5, seconds=3):
    """A thousand frames a second, from each of a few lines, one after the other."""
    case.lines, frames = lines, 0
    for _ in range(lines):
        with raw_sockets.open_websocket(target) as line:
            ends, heard = time.monotonic() + seconds, b""
            line.setblocking(False)
            with suppress(OSError):
                while time.monotonic() < ends and not raw_sockets.close_code_in(heard):
                    line.sendall(raw_sockets.masked_text_frame(b"{}"))
                    frames += 1
                    time.sleep(0.001)
                    with suppress(BlockingIOError):
                        heard += line.recv(65536)
            case.codes[raw_sockets.wait_for_end(line, heard)] += 1
    case.note = f"{frames} frames were sent"


def idle_lines(case, target, lines=10_000, seconds=10):
    """As many lines from one address as it is allowed, on which nothing is said."""
    case.lines, before = lines, processes.memory(target.pids)
    with ReaderPool(replace(target, cookies=[]), lines, each=lines) as idle:
        time.sleep(seconds)
        state = idle.state()
        grown = (processes.memory(target.pids) - before) / max(1, state.open) / 1024
        case.note = f"{grown:.0f} kB each; all had tried after {idle.seconds:.0f} s"
        _end_of(case, state)


def silent_lines(case, target, lines=50, seconds=120):
    """Pages that never say they are still there."""
    case.lines, started = lines, time.monotonic()
    with ReaderPool(target, lines) as silent:
        while silent.state().open and time.monotonic() < started + seconds:
            time.sleep(0.5)
        case.note = f"ended after {time.monotonic() - started:.0f} s"
        _end_of(case, silent.state())


def half_open_lines(case, target, lines=1000, seconds=30):
    """Handshakes that are begun, half of them not even that, and never ended."""
    case.lines, case.note = lines, f"after {seconds} s"
    with ExitStack() as stack:
        held = [stack.enter_context(raw_sockets.connect(target)) for _ in range(lines)]
        for line in held[::2]:
            line.sendall(b"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        time.sleep(seconds)
        case.codes = Counter(raw_sockets.wait_for_end(line, seconds=0.001) for line in held)


def unread_lines(case, target, lines=20, seconds=30):
    """Clients that take nothing in while replies come."""
    case.lines, case.note = lines, f"after {seconds} s"
    with ExitStack() as stack:
        held = [
            stack.enter_context(raw_sockets.open_websocket(target, room=4096))
            for _ in range(lines)
        ]
        time.sleep(seconds)
        case.codes = Counter(raw_sockets.wait_for_end(line, seconds=0.5) for line in held)


def _end_of(case, state):
    case.codes += Counter(state.codes)
    if state.open:
        case.codes["open"] += state.open


# ---------------------------------------------------------------- the table

#: What is done, with how many words in each reply meanwhile.
ABUSE_CASES = {
    nothing: 100,
    big_frames: 100,
    flood: 100,
    idle_lines: 100,
    half_open_lines: 100,
    unread_lines: 3500,
    silent_lines: 100,
    hostile_requests: 100,
}


def compare(site, names, idle=10_000):
    """Endure what ``names`` name; yield rows."""
    scenery = site.run_json("bench.sample_data", readers=50, space="public")
    warm_up(targets.from_site(site, scenery, scenery["readers"]))
    for attack, words in ABUSE_CASES.items():
        if attack.__name__ in names:
            target = targets.from_site(site, scenery, scenery["readers"])
            with _options_of(attack, site, idle) as options:
                work = partial(attack, target=target, **options)
                yield measure_abuse(target, attack.__name__, work, words).row()


@contextmanager
def _options_of(attack, site, idle):
    """What it is called with, besides its target."""
    if attack is hostile_requests:
        site.run_json("bench.sample_data", long=20)
        with mail_service(site) as port:
            yield {"mail_port": port}
    else:
        yield {"lines": idle} if attack is idle_lines else {}


def main():
    """Endure what the command line names, and print a table."""
    names = ",".join(attack.__name__ for attack in ABUSE_CASES)
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--only", default=names, help=f"of {names}")
    args.add_argument("--idle", type=int, default=10_000, help="idle lines")
    args = args.parse_args()
    with running_site() as site:
        tables.print_table(compare(site, args.only.split(","), args.idle))


if __name__ == "__main__":
    main()
