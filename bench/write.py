"""How many replies a second, and whether readers keep up with them.

``python -m bench.write`` has 1 and 16 writers post through the form as fast as they can,
into one thread and into many, while 500 readers follow: the lag of a reader is from each
reply's commit to its arrival. ``--through actions`` leaves the form and HTTP out.
"""

import argparse
import http.client
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import batched, count

from bench import tables, targets
from bench.action_replies import NUMBERS_PER_WRITER
from bench.fanout import warm_up
from bench.http_replies import ReplyClient, fill_in
from bench.reader_pool import ReaderPool
from bench.site_setup import CORES, running_site

#: Writers and their pages go where there is room; the sockets still have their core.
ROOM = CORES | {"pages": ""}
#: Milliseconds. Further behind than this, a reader has fallen behind.
TOLERATED = 1000


def measure(target, writers, seconds=20, followers=500, cores="", post=None):
    """Post for ``seconds`` while ``followers`` look on; a row of the table.

    ``post(writers, seconds)`` gives ``[(number, started, committed, answered)]`` and what
    failed; by default it sends the target's forms. Reply ``number`` goes to the readers of
    the path that stands at ``number``, counted round, as the target's posts do.
    """
    with ReaderPool(target, followers, cores=cores) as lines:
        posted, failed = (post or by_form(target))(writers, seconds)
        paths = len(target.paths)
        expected = sum(len(range(one[0] % paths, lines.open, paths)) for one in posted)
        lines.wait(expected, 30)
        arrivals, closed = lines.arrivals(), lines.state().closed
    since = {number: committed or started for number, started, committed, _ in posted}
    lags = [(one.at - since[one.number]) / 1e6 for one in arrivals if one.number in since]
    lasted = max(one[3] for one in posted) - min(one[1] for one in posted)
    return {
        "what": target.name,
        "writers": writers,
        "replies/s": len(posted) / lasted * 1e9,
        "POST ms, p99, max": tables.parts((one[3] - one[1]) / 1e6 for one in posted),
        "readers' lag ms, p99, max": tables.parts(lags),
        "over 1 s": sum(lag > TOLERATED for lag in lags),
        "missing": expected - len(lags),
        "deliveries": expected,
        "lines closed": closed,
        "failed posts": failed,
    }


def by_form(target):
    """Writers who send the target's forms, each a thread with a line of its own."""

    def post(writers, seconds):
        numbers, failed, ends = count(1), Counter(), time.monotonic() + seconds

        def write():
            poster, posted = ReplyClient(target.pages_port), []
            while time.monotonic() < ends:
                number = next(numbers)
                request = target.posts[number % len(target.posts)]
                try:
                    sent = poster.send(fill_in(request, number))
                except (OSError, http.client.HTTPException) as error:
                    failed[repr(error)] += 1
                    continue
                if sent.is_posted:
                    posted.append((number, sent.started, sent.committed, sent.answered))
                else:
                    failed[sent.status] += 1
            return posted

        return _together([write] * writers), failed

    return post


def by_actions(site, scenery, rate=0):
    """Writers who call the action, inside the site: up to four to a process.

    Together they post ``rate`` replies a second, if they can; 0: as many as they can.
    """
    threads = [one["id"] for one in scenery["threads"]]

    def write(some, seconds, rate):
        posted = site.run_json(
            "bench.action_replies",
            threads=",".join(map(str, threads)),
            writers=",".join(str(scenery["writer_ids"][n]) for n in some),
            seconds=seconds,
            first=1 + some[0] * NUMBERS_PER_WRITER * len(threads),
            rate=rate,
        )
        return [(*one, one[-1]) for one in posted]

    def post(writers, seconds):
        each = rate / writers
        works = [partial(write, some, seconds, each) for some in batched(range(writers), 4)]
        return _together(works), Counter()

    return post


def _together(works):
    with ThreadPoolExecutor(len(works)) as pool:
        return [one for done in [pool.submit(work) for work in works] for one in done.result()]


def compare(site, writers, threads, seconds=20, followers=500, through="form", rate=0,
            cores=ROOM):  # fmt: skip
    """A row: our own site with so many ``writers`` in so many ``threads``."""
    made = {"readers": followers, "writers": max(16, writers), "threads": threads}
    scenery = site.run_json("bench.sample_data", **made)
    name = f"threads: {threads}, readers: {followers}, through {through}"
    name += f", {rate} asked for" if rate else ""
    warm_up(targets.from_site(site, scenery, scenery["readers"]), cores["client"])
    target = targets.from_site(site, scenery, scenery["readers"], name)
    post = by_actions(site, scenery, rate) if through == "actions" else None
    return measure(target, writers, seconds, followers, cores["client"], post)


def main():
    """Measure what the command line names, and print a table."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--writers", default="1,16")
    args.add_argument("--threads", default="1,60")
    args.add_argument("--seconds", type=int, default=20)
    args.add_argument("--followers", type=int, default=500)
    args.add_argument("--through", choices=["form", "actions"], default="form")
    args.add_argument("--rate", type=int, default=0, help="through actions; 0: any")
    args.add_argument("--target", help="a peer: a JSON file, see bench/targets.py")
    args = args.parse_args()
    writers = [int(count) for count in args.writers.split(",")]
    limits = args.seconds, args.followers
    if args.target:
        peer = targets.from_file(args.target)
        return tables.print_table(measure(peer, n, *limits) for n in writers)
    with running_site(cores=ROOM) as site:
        tables.print_table(
            compare(site, n, int(threads), *limits, args.through, args.rate)
            for threads in args.threads.split(",")
            for n in writers
        )


if __name__ == "__main__":
    main()
