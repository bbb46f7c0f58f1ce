"""How fast the search answers in a large forum, and what it adds to a reply.

``python -m bench.search.load`` asks the forum in the database of ``DATABASE_URL``, which
``bench.search.load_forum`` has filled, in this process, as production serves it: through the
pages with their middleware, and through the function that finds threads alone. Each query is
asked once, unprepared but for those asked before it. Times are milliseconds by the clock, and
CPU of this process and its PostgreSQL process together, which say what it costs on a machine
that is busy with other things.
"""

import argparse
import os
import secrets
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import django

from bench import tables
from bench.search import samples
from bench.search.corpus import READER
from bench.search.load_forum import NARROW


def main():
    """Measure what is asked for."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--queries", type=int, default=30, help="of each kind; default: 30")
    args.add_argument("--prefixes", type=int, default=200)
    args.add_argument("--replies", type=int, default=400)
    args.add_argument("--only", choices=["queries", "suggestions", "replies"])
    args = args.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as static:
        _set_up(static)
        forum = Forum()
        print("Load before:", ", ".join(f"{one:.1f}" for one in os.getloadavg()), "\n")
        if args.only in (None, "queries"):
            tables.print_table(_queries(forum, args.queries))
            print()
        if args.only in (None, "suggestions"):
            tables.print_table(_suggestions(forum, args.prefixes))
            print()
        if args.only in (None, "replies"):
            tables.print_table(_replies(forum, args.replies))


def _set_up(static):
    """The site as in production."""
    os.environ.update(
        {
            "BENCH_STATIC_ROOT": static,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "EMAIL_URL": "consolemail://",
            "FORUM_AUTHOR_RECORDS_KEY": secrets.token_urlsafe(50),
            "FORUM_DEBUG": "0",
            "FORUM_DEMO": "0",
            "FORUM_HOSTS": "localhost",
            "FORUM_SECOND_FACTOR": "0",
            "FORUM_SECRET_KEY": secrets.token_urlsafe(50),
            "FORUM_SSL_REDIRECT": "0",
        }
    )
    django.setup()
    from django.core.management import call_command

    from forum.finding.search import views
    from forum.site.warm import warm_up

    call_command("collectstatic", interactive=False, verbosity=0)
    for name, limit in vars(views).items():
        if hasattr(limit, "refusal"):  # As many as are asked for here.
            setattr(views, name, _Unlimited)
    warm_up()


class _Unlimited:
    """A rate limit that lets everybody pass."""

    @staticmethod
    def refusal(request):
        """Nothing."""


class Forum:
    """The site, its database's clock, and who looks at it."""

    def __init__(self):
        """Connect, sign in."""
        from django.db import connection
        from django.test import Client

        from accounts.models import User
        from accounts.viewers.viewers import GUEST, viewer_of_person

        self._database_clock = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # What other processes do for a query would not be counted.
                cursor.execute("SET max_parallel_workers_per_gather = 0")
                cursor.execute("SELECT pg_backend_pid()")
                (pid,) = cursor.fetchone()
            self._database_clock = Path(f"/proc/{pid}/schedstat")
        people = {"guest": None, "narrow member": User.objects.get(email=NARROW),
                  "member of everything": User.objects.get(email=READER)}  # fmt: skip
        self.viewers = {name: viewer_of_person(person) if person else GUEST
                        for name, person in people.items()}  # fmt: skip
        self.clients = {name: Client(headers={"host": "localhost"}) for name in people}
        for name, person in people.items():
            if person:
                self.clients[name].force_login(person)

    def seen(self, name):
        """How many threads they see."""
        from forum.models import Thread

        return Thread.objects.visible_to(self.viewers[name]).count()

    @contextmanager
    def clock(self, into):
        """Append the milliseconds and the CPU milliseconds of what is done meanwhile."""
        started = time.perf_counter(), time.process_time() + self._database_time()
        yield
        ended = time.perf_counter(), time.process_time() + self._database_time()
        into.append(tuple((after - before) * 1000 for before, after in
                          zip(started, ended, strict=True)))  # fmt: skip

    def _database_time(self):
        """Seconds of CPU time that the PostgreSQL process has had."""
        clock = self._database_clock
        return int(clock.read_text().split()[0]) / 1e9 if clock else 0.0


def _queries(forum, number):
    from forum.finding.search.queries import find_threads
    from forum.finding.search.search_query import SearchQuery

    kinds = samples.query_samples(number)
    for name, client in forum.clients.items():
        sees = forum.seen(name)
        client.get("/recherche/", {"q": "annonce"})
        every = [], []
        for kind, texts in kinds.items():
            pages, functions, found = [], [], []
            for text in texts:
                with forum.clock(pages):
                    response = client.get("/recherche/", {"q": text})
                assert response.status_code == 200, (response.status_code, text)
                found.append(response.content.count(b"data-thread="))
                query = SearchQuery.from_params({"q": text})
                with forum.clock(functions):
                    find_threads(forum.viewers[name], query)
            every[0].extend(pages)
            every[1].extend(functions)
            yield _row(name, sees, kind, pages, functions, sum(map(bool, found)))
        yield _row(name, sees, "all", *every, "")


def _row(name, sees, kind, pages, functions, found):
    return {
        "viewer": name,
        "sees threads": str(sees),
        "queries": kind,
        "asked": str(len(pages)),
        "found something": str(found),
        "page: ms p50, p95, worst": _parts(pages, 0),
        "page: CPU ms p50, p95": _parts(pages, 1)[:2],
        "function: ms p50, p95": _parts(functions, 0)[:2],
        "function: CPU ms p50, p95": _parts(functions, 1)[:2],
    }


def _suggestions(forum, number):
    prefixes = samples.prefix_samples(number)
    for name, client in forum.clients.items():
        client.get("/recherche/propositions/", {"q": "an"})
        times, bytes_ = [], 0
        for text in prefixes:
            with forum.clock(times):
                response = client.get("/recherche/propositions/", {"q": text})
            assert response.status_code == 200, text
            bytes_ = max(bytes_, len(response.content))
        yield {
            "viewer": name,
            "prefixes": str(len(prefixes)),
            "ms p50, p95, worst": _parts(times, 0),
            "CPU ms p50, p95": _parts(times, 1)[:2],
            "largest answer, bytes": str(bytes_),
        }


def _replies(forum, number):
    """Replies with and without the index, in turn; without, the action's call does nothing.

    By the action alone, and as a browser sends the form of an open page.
    """
    from django.urls import reverse

    from bench.search.word_stream import WordStream
    from forum.base.readership import readership_of
    from forum.conversation.threads import actions
    from forum.models import Thread

    viewer, stream = forum.viewers["member of everything"], WordStream(samples.Random(9))
    client, index_post = forum.clients["member of everything"], actions.index_post
    threads = list(Thread.objects.visible_to(viewer).filter(is_locked=False)[:200])
    readers = {thread.pk: readership_of(thread.space).stamp for thread in threads}

    def by_action(thread, text):
        actions.post_reply(thread, viewer, text, uuid4())

    def by_form(thread, text):
        form = {"text": text, "idempotency_key": uuid4(), "shown_readers": readers[thread.pk]}
        seen = {"X-Seen": str(thread.seq), "host": "localhost"}
        answer = client.post(
            reverse("replies", args=[thread.pk]), form, headers=seen, secure=True
        )
        assert answer.status_code == 201, answer.status_code

    for what, reply in (("action", by_action), ("request", by_form)):
        times = {"with": [], "without": []}
        for turn in range(2 * (number + 20)):
            name = ("with", "without")[turn % 2]
            actions.index_post = index_post if name == "with" else _do_nothing
            thread, text = threads[turn // 2 % len(threads)], stream.post()
            thread.refresh_from_db(fields=["seq"])
            with forum.clock(times[name]):
                reply(thread, text)
        actions.index_post = index_post
        for name, found in times.items():
            found = found[20:]  # The first ones prepare statements.
            yield {"reply": f"{what} {name} the index", "number": str(len(found)),
                   "ms p50, p95": _parts(found, 0)[:2],
                   "CPU ms p50, p95": _parts(found, 1)[:2],
                   "CPU ms, mean": sum(cpu for _ms, cpu in found) / len(found)}  # fmt: skip


def _do_nothing(*args, **kwargs):
    """In the place of ``index_post``."""


def _parts(times, which):
    values = sorted(one[which] for one in times)
    return values[len(values) // 2], values[int(len(values) * 0.95)], values[-1]


if __name__ == "__main__":
    main()
