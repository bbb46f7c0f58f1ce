"""Finding a territory among 36,224 while it is typed, on SQLite and on PostgreSQL.

Every beginning of real names is asked for, as someone types them letter by letter: first the
query alone, then the whole answer through the site's middleware, in a process that is warm
as those that serve are, and has served another page. Prints
Markdown: milliseconds (median, 99th percentile, worst) and bytes, uncompressed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import databases, tables

ROOT = Path(__file__).resolve().parent.parent


def main():
    """Measure on both databases, each in a process of its own."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--every", type=int, default=5, help="one name in so many")
    args.add_argument("--here", action="store_true", help="on DATABASE_URL, and only there")
    args = args.parse_args()
    if args.here:
        return tables.print_table(_rows(args.every))
    with tempfile.TemporaryDirectory() as folder:
        _there(f"sqlite:///{folder}/territories.sqlite3", args.every)
    server = os.environ.get("DATABASE_URL", "")
    with databases.temporary_database(server if server.startswith("postgres") else None) as url:
        _there(url, args.every)


def _there(url, every):
    environment = os.environ | {"DATABASE_URL": url, "FORUM_DEBUG": "1"}
    for command in ("migrate", "load_network"):
        subprocess.run(
            [sys.executable, ROOT / "manage.py", command, "-v0"], env=environment, check=True
        )
    command = [sys.executable, "-m", "bench.territories", "--here", f"--every={every}"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _rows(every):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    import django

    django.setup()
    from django.db import connection, reset_queries
    from django.test import Client

    from accounts.models import Territory
    from accounts.territories.search import search_territories
    from forum.site.warm import warm_up

    names = list(
        Territory.objects.order_by("siren", "insee_code").values_list("name", flat=True)
    )[::every]
    typed = [name[:n] for name in names for n in range(1, len(name) + 1)]
    client, times = Client(headers={"host": "localhost"}), {"query": [], "answer": []}
    largest = 0
    warm_up()  # As processes that serve do.
    client.get("/charte/")
    for words in typed:
        reset_queries()  # Debug keeps them all.
        times["query"].append(_timed(lambda words=words: list(search_territories(words)))[0])
    for words in typed:
        reset_queries()
        took, answer = _timed(
            lambda words=words: client.get("/territoires/recherche/", {"q": words})
        )
        times["answer"].append(took)
        largest = max(largest, len(answer.content))
    for what, taken in times.items():
        yield {
            "database": connection.vendor,
            "what": what,
            "asked": len(typed),
            "ms: median, p99, worst": tables.parts(taken),
            "largest answer, bytes": largest if what == "answer" else "–",
        }


def _timed(work):
    started = time.perf_counter()
    done = work()
    return (time.perf_counter() - started) * 1000, done


if __name__ == "__main__":
    main()
