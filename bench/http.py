"""How quickly pages come, against an empty view behind the same middleware.

``python -m bench.http`` measures our site, signed in, with one page worker and with two;
``--target peer.json --pages pages.json`` (``{"name": "/path", …}``, the empty one first)
measures a peer with its first cookie. It is quickest with ``wrk`` installed.
"""

import argparse
import gzip
import http.client
import json
import re
import shutil
import subprocess
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from math import nan
from pathlib import Path

from bench import tables, targets
from bench.servers import pinned_to
from bench.site_setup import running_site, temporary_forum_database

#: Milliseconds: median and 99th percentile; requests a second; answers that are no page.
Load = namedtuple("Load", "times rate failed")
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def measure(port, name, path, cookie, seconds=5, cores=""):
    """A row: the page alone, among 32 and among 16 connections, ``seconds`` each."""
    load, loads = _by_wrk if shutil.which("wrk") else _by_threads, []
    for connections in (1, 32, 16):
        for _ in range(8):  # Warms it up, and waits for what the last load left behind.
            wire, raw = _weigh(port, path, cookie)
        loads.append(load(port, path, cookie, connections, seconds, cores))
    return {
        "page": name,
        "1 connection: ms, p99": loads[0].times,
        "32: ms, p99": loads[1].times,
        "requests/s at 16": loads[2].rate,
        "bytes, gzip": wire,
        "HTML": raw,
        "failed": sum(one.failed for one in loads),
    }


def measure_all(port, pages, cookie, seconds=5, cores="", **more):
    """Measure ``{name: path}``; yield rows with how many times the first page each costs."""
    first = None
    for name, path in pages.items():
        row = measure(port, name, path, cookie, seconds, cores)
        first = first or row
        time_, rate = "1 connection: ms, p99", "requests/s at 16"
        times = {"ms ÷ empty": row[time_][0] / first[time_][0],
                 "empty's rate ÷ this": first[rate] / (row[rate] or nan)}  # fmt: skip
        yield row | times | more


def compare(database, workers, seconds=5):
    """Measure our own pages, from a grown ``database``; yield rows."""
    # One worker has a core for itself, and the load the other. Two share both with it.
    pages, load = ("0", "1") if workers == 1 else ("", "")
    cores = {"pages": pages, "sockets": "1", "redis": "1"}
    with running_site(database, cores, workers=workers, sockets=0) as site:
        made = site.run_json("bench.sample_data", readers=1, pages=1)
        what = site.pages.port, made["pages"], made["readers"][0]
        yield from measure_all(*what, seconds, load, workers=workers)


def _weigh(port, path, cookie):
    """Bytes on the wire and of HTML, where the client takes gzip."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path, headers=_headers(cookie))
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    packed = answer.getheader("Content-Encoding") == "gzip"
    return len(body), len(gzip.decompress(body) if packed else body)


def _headers(cookie):
    return {"Cookie": cookie, "Accept-Encoding": "gzip"}


def _by_wrk(port, path, cookie, connections, seconds, cores):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
               "--timeout", "30s", f"http://127.0.0.1:{port}{path}"]  # fmt: skip
    for name, value in _headers(cookie).items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(pinned_to(command, cores), capture_output=True, text=True, check=True)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    times = tuple(_took(done.stdout, part) for part in ("50%", "99%"))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    return Load(times, rate, int(failed[1]) if failed else 0)


def _took(text, part):
    number, unit = re.search(rf"{part}\s+([\d.]+)(us|ms|s|m)\b", text).groups()
    return float(number) * _UNITS[unit]


def _by_threads(port, path, cookie, connections, seconds, cores):
    """The same without ``wrk``, a little slower: a thread per connection."""
    ends, took, failed = time.monotonic() + seconds, [], []

    def ask():
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (started := time.monotonic()) < ends:
            line.request("GET", path, headers=_headers(cookie))
            answer = line.getresponse()
            answer.read()
            took.append((time.monotonic() - started) * 1000)
            failed.extend([answer.status] * (answer.status != 200))

    with ThreadPoolExecutor(connections) as pool:
        for one in [pool.submit(ask) for _ in range(connections)]:
            one.result()
    return Load(tables.parts(took)[:2], len(took) / seconds, len(failed))


def main():
    """Measure what the command line names, and print a table."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--workers", default="1,2")
    args.add_argument("--seconds", type=int, default=5, help="for each page and each load")
    args.add_argument("--database", help="one that has grown, in place of a new one")
    args.add_argument("--target", help="a peer: a JSON file, see bench/targets.py")
    args.add_argument("--pages", help="its pages: a JSON file, the empty one first")
    args = args.parse_args()
    if args.target:
        peer, pages = targets.from_file(args.target), json.loads(Path(args.pages).read_text())
        rows = measure_all(peer.pages_port, pages, peer.cookies[0], args.seconds)
        return tables.print_table(rows)
    with temporary_forum_database(args.database) as database:
        workers = map(int, args.workers.split(","))
        tables.print_table(row for n in workers for row in compare(database, n, args.seconds))


if __name__ == "__main__":
    main()
