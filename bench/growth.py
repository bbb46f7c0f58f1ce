"""What every page costs on a forum of 40,000 posts and on one of 1,000,000.

``python -m bench.growth`` makes both forums, which takes half an hour; ``--small`` and
``--large`` name databases that ``manage.py grow`` has filled. A cost is CPU time, of the page's
process and of its PostgreSQL process together, in milliseconds: the lower quartile of the
runs of a page that was asked for before. Both forums are asked in turn, so that what else the
machine does weighs on both.

Prints Markdown; ``--only sujets`` asks for addresses with that in them.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import databases, tables

ROOT = Path(__file__).resolve().parent.parent
SMALL = {"threads": 2_000, "posts": 40_000, "people": 500, "deep": 1000}
LARGE = {"threads": 50_000, "posts": 1_000_000, "people": 12_500, "deep": 1000}
#: How many times a page is asked for in one turn.
RUNS = 5


def main():
    """Measure all pages on both forums, print those that were answered."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--small", help="the address of a database")
    args.add_argument("--large")
    args.add_argument("--only", default="")
    args.add_argument("--turns", type=int, default=3)
    args = args.parse_args()
    with ExitStack() as stack:
        sites = [
            stack.enter_context(site(stack.enter_context(forum(url, size))))
            for url, size in ((args.small, SMALL), (args.large, LARGE))
        ]
        names = [name for name in sites[0].ask("pages") if args.only in name]
        answered = set()
        tables.print_table(_compare(*sites, names, args.turns, answered))
        print("\nNo page for any of these viewers:", ", ".join(sorted({*names} - answered)))


def _compare(small, large, names, turns, answered):
    """A row for each page: what it costs those who are ``answered`` with a page."""
    for name in names:
        found = {}
        for who in ("guest", "member", "animator"):
            costs = {small: [], large: []}
            for _turn in range(turns):
                for site, runs in costs.items():
                    runs += site.ask("measure", name, who)
            if all(costs.values()):
                # What else a machine does makes a run dearer, never cheaper.
                found[who] = [sorted(runs)[len(runs) // 4] for runs in costs.values()]
        if found:
            answered.add(name)
            least, most = zip(*found.values(), strict=True)
            ratios = [f"{b / a:.2f}" for a, b in found.values()]
            yield {"page": f"`{name}`", "viewers": ", ".join(found), "40,000: ms": least,
                   "1,000,000: ms": most, "ratio": ", ".join(ratios)}  # fmt: skip


class _Site:
    """A process of the site that measures pages when asked (``bench.growth_pages``)."""

    def __init__(self, process):
        self._process = process

    def ask(self, *question):
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@contextmanager
def site(database):
    """Yield what measures pages of ``database`` when it is asked."""
    command = [sys.executable, "-m", "bench.growth_pages", f"--runs={RUNS}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as static,
        subprocess.Popen(
            command, cwd=ROOT, env=_environment(database, static), **pipes
        ) as process,
    ):
        yield _Site(process)
        process.stdin.close()


@contextmanager
def forum(database, size):
    """The address of ``database``, or of one that is filled to ``size`` and dropped again."""
    if database:
        yield database
        return
    with databases.temporary_database() as database:
        for command in ("migrate",), ("grow", *(f"--{name}={n}" for name, n in size.items())):
            subprocess.run([sys.executable, ROOT / "manage.py", *command, "-v0"], check=True,
                           env=os.environ | {"DATABASE_URL": database})  # fmt: skip
        yield database


def _environment(database, static):
    """The site as in production, but that animators need no second factor here."""
    return os.environ | {
        "BENCH_STATIC_ROOT": static,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "EMAIL_URL": "dummymail://",
        "FORUM_ADMISSION": "sponsored",
        "FORUM_AUTHOR_RECORDS_KEY": secrets.token_urlsafe(50),
        "FORUM_DEBUG": "0",
        "FORUM_DEMO": "0",
        "FORUM_HOSTS": "localhost",
        "FORUM_SECOND_FACTOR": "0",
        "FORUM_SECRET_KEY": secrets.token_urlsafe(50),
        "FORUM_SSL_REDIRECT": "0",
    }


if __name__ == "__main__":
    main()
