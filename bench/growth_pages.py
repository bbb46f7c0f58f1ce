"""The pages of a grown forum, and the CPU time that each takes. It runs inside the site.

It reads questions as lines of JSON: ``["pages"]`` is answered with what the pages are called,
``["measure", page, viewer]`` with the milliseconds of some runs, or none where that viewer is
given no page; ``["rotate", viewer, rounds]`` with what each page costs, asks and sends where
all are asked in turn, as people do, so that none finds its statements just planned. What the
pages need besides, such as a group, is written when it starts.
"""

import argparse
import json
import re
import sys
import time
from pathlib import Path

import django
from django.core.paginator import Page
from django.test import utils as test_utils

from accounts.base.pagination import NumberedPage

#: As many runs come first: PostgreSQL keeps the plan of a statement after the eighth.
WARM_UP = 10
#: A page with nothing on it (``bench.empty_view``).
EMPTY = "/vide/"
#: So many calls deeper a page is asked in each round than in the round before. Before March
#: 2026 CPython asks the system for memory at each call that leaves a piece of its stack, and a
#: page with a loop at such a depth costs up to twice as much, by chance (its issue 142183).
_DEEPER = 16
#: Pages of lists, of which the smaller forum may have fewer: there the last one is asked for.
LISTS = {
    "/": (50, 500),
    "/?vue=sans-reponse": (20,),
    "/?vue=experiences": (50,),
    "/?vue=resolus": (50,),
    "/?nature=discussion": (50,),
    "/sujets/{sujets}/": (50,),
    "/sujets/{sujets}/?vue=sans-reponse": (20,),
    "/sujets/{sujets}/?vue=resolus": (50,),
    "/sujets/{sujets}/?vue=experiences": (50,),
    "/sujets/{sujets}/?nature=discussion": (50,),
    "/sujets/{sujets}/?espace={espaces}": (50,),
    "/espaces/{espaces}/": (50,),
    "/espaces/{espaces}/?vue=sans-reponse": (20,),
    "/espaces/{espaces}/?vue=resolus": (50,),
    "/espaces/{espaces}/?vue=resolus&nature=discussion": (),
    "/mots/{mots}/": (20, 50),
    "/mots/{mots}/?vue=sans-reponse": (20,),
    "/mots/{mots}/?vue=resolus": (20,),
    "/suite/?known=1:1": (),
    "/suite/?mot={mots}&known=1:1": (),
    "/suivis/": (2,),
    "/organisations/": (50,),
    "/organisations/?sujet={sujets}": (50,),
    "/organisations/?college={college}": (),
    "/organisations/?departement={department}": (),
    "/organisations/?q=commune": (),
    "/organisations/?q=zzz": (),
    "/territoires/": (30,),
    "/territoires/?sujet={sujets}": (30,),
    "/territoires/?college={college}": (),
    "/territoires/?departement={department}": (),
    "/territoires/recherche/?q=bre": (),
    "/membres/": (50,),
    "/membres/?sujet={sujets}": (),
    "/membres/?college={college}": (50,),
    "/membres/?departement={department}": (),
    "/membres/?organisation=commune": (),
    "/membres/?q=mar": (),
    "/membres/?q=zzz": (),
    "/charte/signataires/": (50,),
    "/compte/mes-messages/": (2,),
    "/fils/{thread}/": (25, 50),
    "/fils/{fils}/suite/?after=0": (),
    "/fils/{fils}/reponses/?citer=1": (),
    "/recherche/?q=chaleur": (),
    "/recherche/?q=reseau+chaleur": (),
    "/recherche/?q=chauffage+bois+commune": (),
    '/recherche/?q="reseau+de+chaleur"': (),
    "/recherche/?q=chaleur&sujet={sujets}": (),
    "/recherche/?q=chaleur&auteur=martin": (),
    "/recherche/?q=chaleur&resolu=oui": (),
    "/recherche/?q=chaleur&sujet={sujets}&resolu=oui": (),
    "/recherche/?q=challeur": (),
    "/recherche/?sujet={sujets}": (),
    "/recherche/propositions/?q=ch": (),
    "/recherche/propositions/?q=reseau+cha": (),
    "/animation/tableau/?vue=echanges": (),
    "/animation/tableau/?vue=silences": (),
}


def main():
    """Answer questions until there are no more."""
    args = argparse.ArgumentParser()
    args.add_argument("--runs", type=int, default=5)
    runs = args.parse_args().runs
    django.setup()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    forum = _Forum()
    answers = {"pages": forum.pages, "measure": lambda *asked: forum.measure(*asked, runs)}
    answers["rotate"] = forum.rotate
    for line in sys.stdin:
        name, *asked = json.loads(line)
        print(json.dumps(answers[name](*asked)), flush=True)


class _Forum:
    """The site and who looks at it."""

    def __init__(self):
        from django.db import connection
        from django.test import Client

        from bench.growth_samples import sample_people, sample_values
        from forum.site.warm import warm_up

        warm_up()
        _allow_all()
        with connection.cursor() as cursor:
            cursor.execute("SET random_page_cost = 1.1")
            # What other processes do for a query would not be counted.
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        self._database_clock = Path(f"/proc/{pid}/schedstat")
        people = sample_people()
        self._values = sample_values(people["member"])
        self._clients = {who: Client(headers={"host": "localhost"}) for who in people}
        for who, person in people.items():
            if person:
                self._clients[who].force_login(person)
        self._warm, self._depths = set(), {}

    def pages(self):
        """What the pages are called: their addresses, with braces for what differs."""
        return sorted({*_addresses(), *LISTS, *_deep(LISTS)})

    def measure(self, name, who, runs):
        """The milliseconds of ``runs`` runs of a page."""
        client = self._clients[who]
        path = self._path(name, client, who)
        if path is None or _get(client, path).status_code != 200:
            return []
        for _ in range(WARM_UP if (path, who) not in self._warm else 2):
            _get(client, path)
        self._warm.add((path, who))
        return [self._cost(client, path) for _ in range(runs)]

    def rotate(self, who, rounds):
        """``{page: [milliseconds, queries, bytes]}`` of those that ``who`` is given.

        The milliseconds are the lower quartile of as many ``rounds``, each at another depth
        of calls, after two others.
        """
        client, pages = self._clients[who], {}
        for name in (*self.pages(), EMPTY):
            path = None if "page=" in name else self._path(name, client, who)
            if path is not None and _get(client, path).status_code == 200:
                pages[name] = path
        costs = {name: [] for name in pages}
        for turn in range(rounds + 2):
            for name, path in pages.items():
                cost = _called_at(turn * _DEEPER, self._cost, client, path)
                if turn > 1:
                    costs[name].append(cost)
        return {
            name: [sorted(costs[name])[rounds // 4], *_size(client, path)]
            for name, path in pages.items()
        }

    def _path(self, name, client, who):
        """The address called ``name`` here, None where it cannot be filled in."""
        try:
            path = name.format_map(self._values)
        except KeyError:
            return None
        path, has_page, number = path.partition("page=")
        if not has_page:
            return path
        if (path, number, who) not in self._depths:
            self._depths[path, number, who] = _last_page(client, path, int(number))
        return f"{path}page={self._depths[path, number, who]}"

    def _cost(self, client, path):
        started = time.process_time(), self._database_time()
        _get(client, path).getvalue()  # What is streamed is made as it is read.
        ended = time.process_time(), self._database_time()
        return sum(ended) * 1000 - sum(started) * 1000

    def _database_time(self):
        """Seconds of CPU time that the PostgreSQL process has had."""
        return int(self._database_clock.read_text().split()[0]) / 1e9


def _called_at(depth, function, *args):
    """What ``function`` returns, called ``depth`` calls deeper."""
    return _called_at(depth - 1, function, *args) if depth else function(*args)


def _allow_all():
    """Have the limits of reading refuse nobody. They count as ever, and cost what they do."""
    from accounts.viewers.rate_limits import ReadingRateLimit

    refusal = ReadingRateLimit.refusal
    ReadingRateLimit.refusal = lambda limit, request: refusal(limit, request) and ""


def _size(client, path):
    """How many queries a page asks, and its bytes on the wire."""
    from django.db import connection

    with test_utils.CaptureQueriesContext(connection) as queries:
        answer = _get(client, path)
        size = len(answer.getvalue())
    return len(queries), size


def _get(client, path):
    return client.get(path, headers={"accept-encoding": "gzip"})


def _last_page(client, path, number):
    """``number``, or the last page that is full where there are fewer."""
    least, most = 1, number + 1
    test_utils.setup_test_environment()  # So that an answer tells what it was made from.
    while most - least > 1:  # ``least`` is there, ``most`` is not.
        middle = (least + most) // 2
        page = (_get(client, f"{path}page={middle}").context or {}).get("page")
        is_full = (
            isinstance(page, NumberedPage) and len(page.rows) == page.size
            or isinstance(page, Page) and len(page) == page.paginator.per_page
        )  # fmt: skip
        # An empty page may have given way to the first.
        is_full = is_full and page.number == middle
        least, most = (middle, most) if is_full else (least, middle)
    test_utils.teardown_test_environment()
    return least


def _addresses():
    """All addresses of the site as they are called here: ``/fils/{thread}/reponses/``."""
    from django.urls import get_resolver

    for route in _routes(get_resolver().url_patterns):
        path = f"/{route}".replace("<id:pk>-<slug:slug>", "{thread}")
        yield _PLACEHOLDER.sub(lambda found: f"{found[1]}/{{{found[1]}}}", path)


#: What differs in an address is called by the word before it.
_PLACEHOLDER = re.compile(r"([-\w]+)/(?:<\w+:\w+>|\(\?P<\w+>.*?\+?}?\)(?=/))")


def _routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route.replace("^", "").replace("$", "").replace("\\Z", "")


def _deep(lists):
    for path, numbers in lists.items():
        for number in numbers:
            yield f"{path}{'&' if '?' in path else '?'}page={number}"


if __name__ == "__main__":
    main()
