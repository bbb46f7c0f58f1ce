"""What each page costs where people ask for all of them in turn, in thread pages.

``python -m bench.rotation`` fills a forum of 40,000 posts; ``--database`` names one that
``manage.py grow`` has filled. A cost is as in ``bench.growth``: CPU of the page's process and
of its PostgreSQL process. Asked in a row, a page finds its statements planned and its templates
in the processor's caches; in turn it does so as far as a worker of the site does.

Prints Markdown, the dearest pages first; ``--json`` what ``bench.gate`` compares.
"""

import argparse
import json

from bench import tables
from bench.growth import SMALL, forum, site

#: The page that others are measured by, and the one with nothing on it.
THREAD, EMPTY = "/fils/{thread}/", "/vide/"
ROUNDS = 12


def main():
    """Measure all pages as a guest, a member and an animator; print a table of each."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--database")
    args.add_argument("--who", default="guest,member,animator")
    args.add_argument("--rounds", type=int, default=ROUNDS)
    args.add_argument("--json", action="store_true")
    args = args.parse_args()
    with forum(args.database, SMALL) as database, site(database) as pages:
        costs = {who: pages.ask("rotate", who, args.rounds) for who in args.who.split(",")}
    if args.json:
        print(json.dumps({who: in_thread_pages(found) for who, found in costs.items()}))
        return
    for who, found in costs.items():
        print(f"\n**{who}**, {len(found)} pages in turn\n")
        tables.print_table(_rows(found))


def in_thread_pages(found):
    """``{page: its milliseconds ÷ those of a thread}``."""
    return {name: round(ms / found[THREAD][0], 2) for name, (ms, *_size) in found.items()}


def _rows(found):
    ratios = in_thread_pages(found)
    for name, (ms, queries, size) in sorted(found.items(), key=lambda row: -row[1][0]):
        yield {
            "page": f"`{name}`",
            "ms": f"{ms:.1f}",
            "÷ a thread": f"{ratios[name]:.2f}",
            "÷ the empty view": f"{ms / found[EMPTY][0]:.1f}",
            "queries": queries,
            "bytes": size,
        }


if __name__ == "__main__":
    main()
