"""What thanks for a post that N people have open cost, and when the last of them has it.

``python -m bench.thanks --sizes 100,1000`` has 20 members thank for one post, one by one, by
its button; a row for each size, with what each process did for one of them. The last row is
who has no socket and asks for what is new over plain HTTP. With ``--act vote`` they vote in the
poll of its thread.
"""

import argparse
import http.client
import json
import os
import re
import time
from collections import Counter
from itertools import islice
from statistics import median

from bench import tables, targets
from bench.http_replies import ReplyClient
from bench.reader_pool import ReaderPool
from bench.site_setup import CORES, running_site

ROUNDS, WARM_UP, POLLS = 20, 3, 100
#: By what is done: the address on the page of the thread, what is sent there, and what those
#: who have it open are given.
ACTS = {
    "thank": (r"/messages/\d+/remercier/", "", "/remerciements/"),
    "vote": (r"/sondages/\d+/", "&version=1&chosen=1", "/sondages/"),
}
#: Seconds until a new process has counted badges once.
SETTLING = 8
OF_DELIVERIES = "deliveries", "queries of deliveries", "renderings of deliveries"


def compare(site, sizes, act):
    """Measure ``site`` with each of ``sizes`` readers; yield rows."""
    many = {"readers": max(sizes), "writers": len(sizes) * (ROUNDS + WARM_UP) + 1}
    scenery = site.run_json("bench.sample_data", space="network", polls=1, **many)
    acting = iter(requests_of(act, site, scenery))
    for size in sizes:
        site.sockets[0].stop()
        site.sockets[0].start()
        few = targets.from_site(site, scenery, scenery["readers"], packing=True)
        with ReaderPool(few, 20, cores=CORES["client"]) as lines:
            _send(site, lines, list(islice(acting, WARM_UP)))
            time.sleep(SETTLING)
        with ReaderPool(few, size, cores=CORES["client"]) as lines:
            yield _measure(site, lines, list(islice(acting, ROUNDS)))


def requests_of(act, site, scenery):
    """How each writer but the author thanks for the opening post, or votes, by a button."""
    *others, author = scenery["writers"]
    page = targets.load_page(site.pages.port, scenery["threads"][0]["path"], others[0])
    address, values, _given = ACTS[act]
    path = re.search(address, page)[0]
    kind = "application/x-www-form-urlencoded"
    return [
        {
            "path": path,
            "headers": {"Cookie": cookie, "Content-Type": kind},
            "body": f"csrfmiddlewaretoken={cookie.partition('csrftoken=')[2]}{values}",
            "number": number,
        }
        for number, cookie in enumerate(others)
    ]


def poll(site, size, act):
    """What one who asks over plain HTTP costs, once there was a change; a row."""
    many = {"readers": POLLS, "writers": 2, "polls": 1}
    scenery = site.run_json("bench.sample_data", space="network", **many)
    thread, (request,) = scenery["threads"][0], requests_of(act, site, scenery)
    seq = targets.current_seq(site.pages.port, thread["path"], scenery["readers"][0])
    ReplyClient(site.pages.port).send(request)
    before, took, lengths = costs(site.pages), [], []
    for cookie in scenery["readers"]:
        begun = time.perf_counter()
        got = targets.load_page(
            site.pages.port, f"/fils/{thread['id']}/suite/?after={seq}", cookie
        )
        took.append((time.perf_counter() - begun) * 1e3)
        lengths.append(len(got.encode()))
        assert ACTS[act][2] in got
    spent = costs(site.pages) - before
    middle, p99, last = tables.parts(took)
    return {
        "asks": POLLS,
        "ms": middle,
        "p99": p99,
        "last": last,
        "bytes": median(lengths),
        **{kind: spent[kind] / POLLS for kind in ("queries", "renderings")},
    }


def costs(server):
    """What the process of a server has counted so far."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        line.request("GET", "/couts/")
        return Counter(json.loads(line.getresponse().read()))
    finally:
        line.close()


def _measure(site, lines, requests):
    sockets, pages = site.sockets[0], site.pages
    time.sleep(3)
    before, of_pages = costs(sockets), costs(pages)
    came = _send(site, lines, requests)
    spent, of_pages = costs(sockets) - before, costs(pages) - of_pages
    middle, p99, last = (median(it) for it in zip(*map(tables.parts, came), strict=True))
    return {
        "readers": lines.open,
        "median ms": middle,
        "p99": p99,
        "last": last,
        "worst": max(map(max, came)),
        "told": f"{sum(map(len, came))} of {lines.open * len(requests)}",
        "bytes a reader": lines.state().longest,
        **{kind: of_pages[kind] / len(requests) for kind in ("group sends", "queries")},
        **{kind: spent[kind] / len(requests) for kind in OF_DELIVERIES},
    }


def _send(site, lines, requests):
    """Milliseconds from the commit of each request to each line."""
    came, poster = [], ReplyClient(site.pages.port)
    for request in requests:
        lines.arrivals()  # Such as who else is there.
        sent = poster.send(request)
        if not sent.is_posted or sent.committed is None:
            raise RuntimeError(f"{request['path']} answered {sent.status}.")
        lines.wait(lines.open)
        came.append([(one.at - sent.since) / 1e6 for one in lines.arrivals()])
        time.sleep(0.3)
    return came


def main():
    """Measure the sizes that the command line names, and print two tables."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--sizes", default="10,100,1000")
    args.add_argument("--act", choices=ACTS, default="thank")
    args = args.parse_args()
    sizes = [int(size) for size in args.sizes.split(",")]
    os.environ["BENCH_COUNTS"] = "1"
    with running_site(workers=1) as site:
        tables.print_table(compare(site, sizes, args.act))
        print()
        tables.print_table([poll(site, max(sizes), args.act)])


if __name__ == "__main__":
    main()
