"""What a flood of posts does to others: twenty accounts that wait for a seat post as they can.

``python -m bench.flood`` has them reply and start threads in the public space for a minute,
each as fast as it is let, while 200 sockets are opened on as many lists. Before and meanwhile a
member loads pages, and members' replies are timed to ten readers. It prints the times, and
what got through. nginx is not there: ``--rate`` and ``--burst`` are what it lets through from
one address (``deploy/nginx``), which all the accounts have in common; ``--rate 0`` is as if
each request came from another.
"""

import argparse
import http.client
import json
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice, product
from pathlib import Path

from bench import tables, targets
from bench.fanout import warm_up
from bench.http_replies import ReplyClient, fill_in
from bench.reader_pool import ReaderPool
from bench.site_setup import running_site

ACCOUNTS, SOCKETS, READERS, WRITERS = 20, 200, 10, 12
TOPICS = Path(__file__).parent.parent / "forum/site/reference_data/data/topics.json"
#: Seconds between the replies that are timed, and between the pages that a member loads.
REPLY_EVERY, PAGE_EVERY = 1.0, 0.2


@dataclass
class FloodTimes:
    """What others noticed, in milliseconds; how many arrivals were missing."""

    pages: list = field(default_factory=list)
    lags: list = field(default_factory=list)
    missing: int = 0
    failed: int = 0

    def row(self, when, answered=None, got_through=None):
        """A line of the table."""
        return {
            "": when,
            "pages: ms, p99, max": tables.parts(self.pages),
            "readers' ms, p99, max": tables.parts(self.lags),
            "missing, failed": (self.missing, self.failed),
            "answers to the flood": answered or {},
            "of its posts": got_through or {},
        }


class Gate:
    """Lets ``burst`` requests through at once, then ``rate`` a second; 0: all."""

    def __init__(self, rate, burst):
        """Open for a burst."""
        self._rate, self._burst = rate, burst
        self._room, self._at, self._lock = burst, time.monotonic(), threading.Lock()

    def passes(self):
        """Whether one more request passes now."""
        with self._lock:
            now = time.monotonic()
            self._room = min(self._burst, self._room + (now - self._at) * self._rate)
            self._at = now
            if self._rate and self._room < 1:
                return False
            self._room -= 1
            return True


def measure_others(target, pages, seconds):
    """The times of pages, ``{path: cookie}``, and of live replies, for so many seconds."""
    times, ends = FloodTimes(), time.monotonic() + seconds
    with ThreadPoolExecutor(1) as beside, ReaderPool(target, READERS) as readers:
        loading = beside.submit(_load_pages, target.pages_port, pages, times, ends)
        posters = [ReplyClient(target.pages_port) for _ in target.posts]
        number = int(time.monotonic()) % 1000 * 1000  # None of a time before.
        while time.monotonic() < ends:
            began, which = time.monotonic(), number % len(target.posts)
            number += 1
            sent = posters[which].send(fill_in(target.posts[which], number))
            times.failed += not sent.is_posted
            if sent.is_posted:
                arrived = _arrivals(readers, number)
                lags = [(at - sent.since) / 1e6 for at in arrived.values()]
                times.lags += lags
                times.missing += readers.open - len(lags)
            if number % 20 == 0:
                readers.send_heartbeats(5)
            time.sleep(max(0, REPLY_EVERY - (time.monotonic() - began)))
        loading.result()
    return times


def _arrivals(readers, number, seconds=5):
    """``{line: when}``: where a reply has come first. News of an earlier one may come after."""
    found, ends = {}, time.monotonic() + seconds
    while len(found) < readers.open and time.monotonic() < ends:
        readers.wait(1, 0.5)
        for one in readers.arrivals():
            if one.number == number:
                found.setdefault(one.line, one.at)
    return found


def _load_pages(port, pages, times, ends):
    while time.monotonic() < ends:
        for path, cookie in pages.items():
            began = time.monotonic()
            targets.load_page(port, path, cookie)
            times.pages.append((time.monotonic() - began) * 1000)
            time.sleep(PAGE_EVERY)


def flood(port, thread_id, cookies, gate, seconds):
    """Each of ``cookies`` posts as fast as it is let; how often which answer came."""
    ends, answers, lock = time.monotonic() + seconds, Counter(), threading.Lock()

    def post(cookie):
        poster, seen = ReplyClient(port), Counter()
        reply = targets.reply_request(thread_id, cookie, "{mark} {words}", 0)
        number = 0
        while time.monotonic() < ends:
            if not gate.passes():
                seen["nginx"] += 1
                time.sleep(0.02)
                continue
            number += 1
            request = reply if number % 3 else _thread_request(reply, number)
            try:
                seen[poster.send(fill_in(request, number, 30)).status] += 1
            except (OSError, http.client.HTTPException):
                seen["cut"] += 1
        with lock:
            answers.update(seen)

    with ThreadPoolExecutor(len(cookies)) as pool:
        list(pool.map(post, cookies))
    return answers


def _thread_request(reply, number):
    """The form that starts a thread, by whoever sends ``reply``."""
    form = {name: reply["form"][name] for name in ("csrfmiddlewaretoken", "idempotency_key")}
    form |= {"text": "{mark} {words}", "title": f"Une offre à saisir, la {number}e", "tags": ""}
    form |= {"kind": "discussion", "space": "place-publique", "topic": "eolien"}
    headers = {"Cookie": reply["headers"]["Cookie"]}
    return {"path": "/fils/nouveau/", "headers": headers, "form": form}


def _list_paths():
    """The addresses of ``SOCKETS`` lists, no two alike: a topic, a page and a kind or all."""
    topics = [row["slug"] for row in json.loads(TOPICS.read_text())["topics"]]
    asked = product(range(1, SOCKETS), ("", "question", "discussion"), topics)
    paths = (f"/live/?sujet={topic}&nature={kind}&page={page}" for page, kind, topic in asked)
    return list(islice(paths, SOCKETS))


def compare(site, seconds, gate):
    """The times before and during the flood, as rows."""
    here = {"space": "public"}
    scenery = site.run_json("bench.sample_data", readers=READERS, writers=WRITERS, **here)
    strangers = site.run_json("bench.waiting_people", count=ACCOUNTS)
    flooded = site.run_json("bench.sample_data", readers=1, writers=1, **here)
    target = targets.from_site(site, scenery, scenery["readers"])
    warm_up(target)
    path, cookie = scenery["threads"][0]["path"], scenery["readers"][0]
    pages = {path: cookie, "/": cookie, "/espaces/place-publique/": cookie}
    yield measure_others(target, pages, seconds).row("before")

    lists = replace(target, paths=_list_paths(), cookies=strangers["cookies"], greeting=False)
    with ReaderPool(lists, SOCKETS) as sockets, ThreadPoolExecutor(1) as beside:
        what = target.pages_port, flooded["threads"][0]["id"], strangers["cookies"]
        flooding = beside.submit(flood, *what, gate, seconds)
        times = measure_others(target, pages, seconds)
        answered, lines = flooding.result(), sockets.state()
    posted = {"count_posts": ",".join(map(str, strangers["ids"]))}
    got_through = site.run_json("bench.waiting_people", **posted)
    got_through |= {"sockets open": lines.open}
    yield times.row("during", answered, got_through)


def main():
    """Flood a site, and print a table."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--seconds", type=int, default=60)
    args.add_argument("--rate", type=float, default=10, help="requests a second, 0 for all")
    args.add_argument("--burst", type=int, default=200)
    args = args.parse_args()
    os.environ["FORUM_POSTING_LIMITS"] = "1"
    with running_site() as site:
        tables.print_table(compare(site, args.seconds, Gate(args.rate, args.burst)))


if __name__ == "__main__":
    main()
