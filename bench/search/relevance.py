"""Whether the search finds what it must: recall among the first ten, and the right one first.

``python -m bench.search.relevance --half held_out`` asks the site's own page, as the person
who reads everything, for each query of ``queries_*.toml``, on the database of
``DATABASE_URL``, which ``bench.search.corpus`` has filled. ``--save`` keeps what was found, and
``--compare`` tells where another database found something else.
"""

import argparse
import json
import os
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import django

from bench import tables
from bench.search import query_set
from bench.search.corpus import READER

TOP = 10
PAGES = 5  # as many are read, of 20 threads each


def main():
    """Ask all queries, print what was found by kind, then what was missed."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--half", choices=[query_set.TUNE, query_set.HELD_OUT])
    args.add_argument("--quiet", action="store_true", help="without what was missed")
    args.add_argument("--save", type=Path, help="write what was found to this file")
    args.add_argument("--compare", type=Path, help="a file that --save wrote")
    args = args.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    django.setup()
    asked = [(query, found_threads(query.text)) for query in query_set.queries(args.half)]
    tables.print_table(list(_scores(asked)))
    if not args.quiet:
        _print_misses(asked)
    names = query_set.thread_names()
    named = {query.text: [names[one] for one in found] for query, found in asked}
    if args.save:
        args.save.write_text(json.dumps(named, ensure_ascii=False, indent=1), "utf-8")
    if args.compare:
        _print_differences(named, json.loads(args.compare.read_text("utf-8")))


def found_threads(text):
    """The ids of the threads that the page lists for ``text``, best first, of PAGES pages."""
    found = []
    for number in range(1, PAGES + 1):
        page = _page(text, number)
        if not set(page) - set(found):
            break
        found += page
        if len(page) < 20:
            break
    return found


def _page(text, number):
    from django.core.cache import cache

    cache.clear()  # Nothing that counts how often one asks.
    params = {"q": text} | ({"page": number} if number > 1 else {})
    response = _client().get("/recherche/", params)
    if response.status_code != 200:
        if number > 1:
            return []
        raise RuntimeError(f"{text!r}: the search answered {response.status_code}")
    reader = _Results()
    reader.feed(response.content.decode())
    return reader.threads


def _client(made=[]):  # noqa: B006  # one for all
    from django.test import Client

    from accounts.models import User

    if not made:
        made.append(Client(headers={"host": "localhost"}))
        made[0].force_login(User.objects.get(email=READER))
    return made[0]


class _Results(HTMLParser):
    """Gathers ``data-thread`` of the elements within ``#results``, in order."""

    _VOID = {"br", "img", "input", "hr", "meta", "link", "use", "path", "wbr", "source", "col"}

    def __init__(self):
        super().__init__()
        self.threads, self._depth = [], 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if self._depth or attrs.get("id") == "results":
            self._depth += tag not in self._VOID
            thread = attrs.get("data-thread", "")
            if thread.isdecimal() and int(thread) not in self.threads:
                self.threads.append(int(thread))

    def handle_startendtag(self, tag, attrs):
        """``<use …/>`` opens nothing."""

    def handle_endtag(self, tag):
        if self._depth and tag not in self._VOID:
            self._depth -= 1


def recall(query, found):
    """The share of the threads that answer, or of ten where more do, among the first ten."""
    return len(query.relevant & set(found[:TOP])) / min(TOP, len(query.relevant))


def is_first_right(query, found):
    """Whether the first is one that may be first."""
    return bool(found) and found[0] in query.first


def _scores(asked):
    groups = defaultdict(list)
    for query, found in asked:
        for name in (f"{query.corpus}, {query.kind}", query.corpus, "all"):
            groups[name].append((query, found))
    order = sorted(groups, key=lambda name: (name == "all", "," not in name, name))
    for name in order:
        some = groups[name]
        yield {
            "queries": name,
            "number": len(some),
            "recall@10": f"{sum(recall(*one) for one in some) / len(some):.3f}",
            "first right": f"{sum(is_first_right(*one) for one in some) / len(some):.3f}",
            "excluded found": sum(len(query.absent & set(found)) for query, found in some),
        }


def _print_misses(asked):
    from forum.models import Thread

    titles = dict(Thread.objects.values_list("pk", "title"))
    names = query_set.thread_names()
    for query, found in asked:
        missing = query.relevant - set(found[:TOP])
        if not missing and is_first_right(query, found) and not query.absent & set(found):
            continue
        print(
            f"\n{query.text}  [{query.corpus}, {query.kind}, {query.half}; {len(found)} found]"
        )
        for one in sorted(missing):
            rank = found.index(one) + 1 if one in found else "nowhere"
            print(f"  missed: {names[one]} (rank {rank})")
        for one in sorted(query.absent & set(found)):
            print(f"  excluded, and found: {names[one]}")
        if not is_first_right(query, found):
            for one in found[:3]:
                print(f"  came first: {titles[one]}")


def _print_differences(one, other):
    """Queries that two databases answered with different threads, whatever their ranks."""
    most = PAGES * 20
    different = 0
    for text in one.keys() & other.keys():
        here, there = one[text], other[text]
        if len(here) >= most and len(there) >= most:  # More than are read: the best of them.
            here, there = here[:TOP], there[:TOP]
        if gone := set(here) ^ set(there):
            different += 1
            print(
                f"\n{text}: {len(gone)} found on one database only, such as {sorted(gone)[:3]}"
            )
    print(f"\n{different} of {len(one.keys() & other.keys())} queries found different threads.")


if __name__ == "__main__":
    main()
