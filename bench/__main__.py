"""Everything, one after the other, on a forum of 40,000 posts: ``python -m bench``.

It prints Markdown. ``--quick`` takes a few minutes in place of an hour and is no
measurement; ``--only fanout,chaos`` leaves the rest out.
"""

import argparse
import os
import platform
from datetime import datetime

from bench import abuse, chaos, fanout, http, site_setup, tables, write


def main():
    """Make the forum, measure it, print the tables."""
    names = "fanout,textbook,http,write,chaos,abuse"
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--only", default=names, help=f"of {names}")
    args.add_argument("--quick", action="store_true")
    args = args.parse_args()
    only = args.only.split(",")
    print(f"{datetime.now():%Y-%m-%d %H:%M}, {platform.platform()}, {os.cpu_count()} cores")
    if set(only) - {"chaos"}:
        with site_setup.temporary_forum_database() as database:
            _measure(database, only, args.quick)
    if "chaos" in only:
        size = {"readers": 20, "replies": 100, "pause": 5} if args.quick else {}
        _section("Chaos", chaos.run(**size).rows())


def _measure(database, only, quick):
    if "fanout" in only:
        sizes = [100, 500] if quick else [100, 500, 1000, 2000, 5000]
        for who in fanout.READERS:
            with site_setup.running_site(database) as site:
                _section(f"Fan-out: {who}", fanout.compare(site, who, sizes))
    if "textbook" in only:
        with site_setup.running_site(database, **site_setup.GROUP_SEND) as site:
            rows = fanout.compare(site, "members", [100] if quick else [100, 500, 1000],
                                  rounds=5, name="group_send")  # fmt: skip
            _section("Fan-out: the textbook design", rows)
    if "http" in only:
        seconds = 1 if quick else 5
        rows = (row for n in (1, 2) for row in http.compare(database, n, seconds))
        _section("Pages", rows)
    if "write" in only:
        with site_setup.running_site(database, write.ROOM) as site:
            rows = (
                write.compare(site, writers, threads, 5 if quick else 20, 500, through, rate)
                for through, rate in (("form", 0), ("actions", 0), ("actions", 350))
                for threads in (1, 60)
                for writers in (1, 16)
                if not rate or threads * writers == 960
            )
            _section("Replies", rows)
    if "abuse" in only:
        with site_setup.running_site(database) as site:
            _section("Abuse", abuse.compare(site, [one.__name__ for one in abuse.ABUSE_CASES]))


def _section(title, rows):
    """A table under its title, with how busy the machine was before and after."""
    print(f"\n## {title}\n\nLoad before: {os.getloadavg()[0]:.1f}\n", flush=True)
    tables.print_table(rows)
    print(f"\nLoad after: {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
