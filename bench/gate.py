"""What must not grow unseen: ratios of today, beside those of ``bench/gate.json``.

``python -m bench.gate`` measures, in some ten minutes on two cores with nothing else to do:
what pages cost in thread pages (``bench.rotation``); what a delivery costs, and how late the
last of 100 and 1,000 readers has it, against the floor (``bench.fanout``); and how many thread
pages a reply through the form takes (``bench.write``). It ends with 1 where a ratio is beyond
that of the file by more than chance makes it: ``GROWTH`` times and ``CHANCE``; also where no
ratio was noted.
``--write`` notes those of today instead; the commit says why they grew.
"""

import argparse
import json
import sys
from pathlib import Path

from bench import fanout, rotation, tables, write
from bench.growth import SMALL, forum, site
from bench.site_setup import running_site

FIGURES = Path(__file__).with_name("gate.json")
GROWTH, CHANCE = 1.25, 0.15
SIZES = (100, 1000)
ROUNDS = 40


def main():
    """Measure, compare, print a table; return whether nothing grew."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--write", action="store_true", help="note the ratios of today")
    args.add_argument("--database", help="a forum that `manage.py grow` has filled")
    args = args.parse_args()
    figures = dict(_measured(args.database))
    noted = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    tables.print_table(_rows(figures, noted))
    if args.write:
        FIGURES.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
        return True
    grown = [name for name, ratio in figures.items() if is_grown(ratio, noted.get(name))]
    if grown:
        print("\nGrown:", "; ".join(grown))
    if not noted:
        print("\nNothing is noted to compare with: --write notes what was measured.")
    return bool(noted) and not grown


def is_grown(ratio, noted):
    """Whether ``ratio`` is beyond what was ``noted``, None where nothing was."""
    return noted is not None and ratio > GROWTH * noted + CHANCE


def _measured(database):
    """The name and the ratio of each thing that is watched."""
    with forum(database, SMALL) as filled, site(filled) as pages:
        member = pages.ask("rotate", "member", rotation.ROUNDS)
    thread = member[rotation.THREAD][0]
    yield "a thread ÷ the empty view", round(thread / member[rotation.EMPTY][0], 2)
    for name, ratio in sorted(rotation.in_thread_pages(member).items()):
        if ratio > 1:
            yield f"{name} ÷ a thread", ratio
    with running_site() as running:
        yield from _delivered(fanout.compare(running, "members", SIZES, ROUNDS))
    with running_site(cores=write.ROOM) as running:
        row = write.compare(running, 16, 60)
    yield "a reply through the form ÷ a thread", round(1000 / row["replies/s"] / thread, 2)
    yield "lines that replies through the form cut", row["lines closed"]


def _delivered(rows):
    for row in rows:
        if row["what"].startswith("floor"):
            continue
        readers = row["readers"]
        yield f"late replies to {readers} readers, of {ROUNDS}", len(row["late rounds, ms"])
        for what in ("last", "CPU µs a delivery"):
            yield f"{what}, {readers} readers ÷ floor", round(row[f"{what} ÷ floor"], 2)


def _rows(figures, noted):
    for name, ratio in figures.items():
        before = noted.get(name, float("nan"))
        grown = "grown" if is_grown(ratio, noted.get(name)) else ""
        yield {"what": name, "noted": f"{before:.2f}", "today": f"{ratio:.2f}", "": grown}


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
