"""A forum to search in: a million posts on PostgreSQL in minutes, 40,000 on SQLite.

``python -m bench.search.load_forum --posts 1000000`` fills the database of ``DATABASE_URL``,
which must be empty and migrated, and indexes it. Posts are written by COPY on PostgreSQL, with
triggers asleep: what they would write is written here (``_Rows``). There are no events of old
posts, which no search and no reply reads.
"""

import argparse
import os
import time
from contextlib import contextmanager
from datetime import timedelta
from html import escape
from itertools import batched
from random import Random
from uuid import UUID

import django

from bench.search.word_stream import WordStream

#: Who reads little: in the smallest college, and in one group.
NARROW = "etroit@essai.invalid"
_GROUPS = 15
#: Of a thousand threads: a small public space, few in each group, most in two spaces.
_SHARES = {"public": 5, "network": 330, "collectivites-locales": 450,
           "structures-de-soutien": 138, "porteurs-de-projet": 67, "group": 10}  # fmt: skip
_DAYS = 4 * 365
_PEOPLE = 3000
_THREADS_IN_A_BATCH = 2000


def main():
    """Fill the database, tell how long it took."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--posts", type=int, default=40_000)
    args.add_argument("--threads", type=int, help="default: a post in 16 begins one")
    args.add_argument("--no-index", action="store_true", help="without manage.py index")
    args = args.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    started = time.monotonic()
    fill(args.posts, args.threads or args.posts // 16)
    print(f"{args.posts} posts written in {time.monotonic() - started:.0f} s")
    if not args.no_index:
        started = time.monotonic()
        call_command("index")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # As a database does by itself, in time.
            for table in ("post", "thread") if connection.vendor == "postgresql" else ():
                cursor.execute(f"SELECT gin_clean_pending_list('forum_{table}document_vector')")
        print(f"indexed in {time.monotonic() - started:.0f} s")


def fill(post_count, thread_count):
    """Write people, spaces, threads and posts."""
    from django.db import connection, transaction

    from forum.site.demo.growth.thread_sizes import distribute_posts

    rng = Random(5)
    seats = _create_people(rng)
    rows = _Rows(seats, rng)
    sizes = distribute_posts(thread_count, post_count, rng)
    with _triggers_asleep():
        for some in batched(sorted(rows.births(len(sizes))), _THREADS_IN_A_BATCH):
            rows.write([(at, sizes.pop()) for at in some])
        with transaction.atomic():
            rows.write_counts()
    with connection.cursor() as cursor:
        for table in ("thread", "post") if connection.vendor == "postgresql" else ():
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('forum_{table}', 'id'),"
                           f" (SELECT max(id) FROM forum_{table}))")  # fmt: skip
        cursor.execute("ANALYZE")


def _create_people(rng):
    """Reference data, people, groups with spaces; the two who search."""
    from django.utils import timezone

    from accounts.models import GroupMembership, User, WorkingGroup
    from bench.search import corpus
    from forum.models import Space
    from forum.site.demo.growth import people
    from forum.site.reference_data.loading import load_reference_data

    load_reference_data()
    now = timezone.now()
    seats = people.create_people(_PEOPLE, now - timedelta(days=_DAYS + 1), now, rng)
    for number in range(1, _GROUPS + 1):
        group = WorkingGroup.objects.create(slug=f"groupe-{number}", name=f"Groupe {number}")
        Space.objects.create(slug=group.slug, name=group.name, audience="group", group=group,
                             order=50 + number)  # fmt: skip
    corpus.give_all_rights(seats)
    narrow = next(seat.person for seat in seats[1:]
                  if seat.organisation.college.slug == "porteurs-de-projet")  # fmt: skip
    User.objects.filter(pk=narrow.pk).update(email=NARROW)
    GroupMembership.objects.create(group=WorkingGroup.objects.get(slug="groupe-1"),
                                   person=narrow, joined_at=now)  # fmt: skip
    return seats


@contextmanager
def _triggers_asleep():
    """On PostgreSQL no trigger and no key is checked: rows come in order, and whole."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


class _Rows:
    """Threads and posts as rows of their tables."""

    def __init__(self, seats, rng):
        from django.utils import timezone

        from forum.models import Space, Topic

        self._rng, self._now = rng, timezone.now() - timedelta(days=1)
        self._stream = WordStream(rng)
        self._seats = [(seat.person_id, seat.pk) for seat in seats]
        self._topics = list(Topic.objects.values_list("pk", flat=True))
        spaces = list(Space.objects.select_related("college"))
        names = [one.college.slug if one.college else one.audience for one in spaces]
        self._spaces = [space.pk for space in spaces]
        self._weights = [_SHARES[name] / names.count(name) for name in names]
        self._thread_id = self._post_id = 0
        self._counts = {}

    def births(self, count):
        """When threads begin."""
        return [self._now - timedelta(days=self._rng.uniform(1, _DAYS)) for _ in range(count)]

    def write(self, births):
        """Write threads born then, each with so many posts."""
        from django.db import transaction

        from forum.models import Post, Thread

        threads, posts = [], []
        for at, size in births:
            thread, some = self._thread(at, size)
            threads.append(thread)
            posts += some
        with transaction.atomic():
            copy_rows(Thread, threads)  # Each may name a post as accepted.
            copy_rows(Post, posts)

    def write_counts(self):
        """How many threads each space has on each topic."""
        from collections import Counter

        from forum.models import ThreadCount

        ThreadCount.add(Counter(self._counts))

    def _thread(self, at, size):
        from forum.models import Thread

        self._thread_id += 1
        (space,) = self._rng.choices(self._spaces, self._weights)
        topic = self._rng.choice(self._topics)
        kind = self._rng.choices(["question", "experience", "discussion"], [6, 2, 3])[0]
        accepted = self._post_id + 2 if kind == "question" and size > 2 else None
        posts = [self._post(number, at, accepted) for number in range(1, size + 1)]
        self._counts[space, topic] = self._counts.get((space, topic), 0) + 1
        thread = Thread(
            pk=self._thread_id, space_id=space, topic_id=topic, kind=kind,
            title=self._stream.title(), author_id=posts[0].author_id, seat_id=posts[0].seat_id,
            created_at=at, last_posted_at=posts[-1].created_at, post_count=size, seq=size,
            accepted_id=accepted,
        )  # fmt: skip
        return thread, posts

    def _post(self, number, at, accepted):
        from forum.models import Post

        self._post_id += 1
        author, seat = self._rng.choice(self._seats)
        text = self._stream.post()
        return Post(
            pk=self._post_id, thread_id=self._thread_id, number=number, author_id=author,
            seat_id=seat, text=text, html=f"<p>{escape(text)}</p>\n",
            is_accepted=self._post_id == accepted,
            idempotency_key=UUID(int=self._rng.getrandbits(128), version=4),
            created_at=min(self._now, at + timedelta(hours=number * self._rng.uniform(0.1, 9))),
        )  # fmt: skip


def copy_rows(model, objects):
    """Write whole objects: by COPY on PostgreSQL, else as ``bulk_create`` does."""
    from django.db import connection

    if connection.vendor != "postgresql":
        model.objects.bulk_create(objects, batch_size=500)
        return
    fields = model._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    names = [field.attname for field in fields]
    copying = f"COPY {model._meta.db_table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for one in objects:
            copy.write_row([getattr(one, name) for name in names])


if __name__ == "__main__":
    main()
