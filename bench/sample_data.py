"""People, their sessions, and threads to measure on. It runs inside the site.

``python -m bench.sample_data --readers=500 --writers=16 --threads=1 --space=network`` prints
JSON: ``threads`` (``id`` and ``path``), the Cookie headers of as many ``readers`` (of the
three colleges in turn) and ``writers``, and the writers' ids. ``--pages`` adds what the
pages to measure are called.
"""

import argparse
import json
from datetime import timedelta
from random import Random
from uuid import uuid4

import django

from bench import hostile_requests


def main():
    """Write all that to the database, and print what is needed to use it."""
    args = argparse.ArgumentParser()
    args.add_argument("--readers", type=int, default=0)
    args.add_argument("--writers", type=int, default=1)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--space", choices=["public", "network"], default="network")
    args.add_argument("--polls", type=int, default=0, help="1: each thread has one")
    args.add_argument("--pages", type=int, default=0)
    args.add_argument("--long", type=int, default=0, help="threads that repeat a number")
    args = args.parse_args()
    django.setup()
    people = _people(args.readers + args.writers)
    cookies = _cookies(people)
    threads = [_thread(people[-1], args.space, n) for n in range(args.threads)]
    assert len({one.pk for one in threads}) == args.threads
    for thread in threads if args.polls else ():
        _poll(people[-1], thread)
    for n in range(args.long):
        _thread(people[-1], "public", n, hostile_requests.TEXT)
    _analyze()
    made = {
        "threads": [{"id": one.pk, "path": one.get_absolute_url()} for one in threads],
        "readers": cookies[: args.readers],
        "writers": cookies[args.readers :],
        "writer_ids": [person.pk for person in people[args.readers :]],
        "pages": _pages() if args.pages else {},
    }
    print(json.dumps(made))


def _analyze():
    """Let PostgreSQL look at the new rows, as a site's does by itself within a minute."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _people(count):
    """Members, seated and confirmed in each college in turn."""
    from django.utils import timezone

    from forum.site.demo.growth import people

    now = timezone.now()
    count = max(3, count)
    seats = people.create_people(count, now - timedelta(days=9), now, Random(now.timestamp()))
    seats = sorted(seats, key=lambda seat: seat.pk)
    by_college = {}
    for seat in seats:
        by_college.setdefault(seat.organisation.college_id, []).append(seat.person)
    longest = max(map(len, by_college.values()))
    ranks = ([some[n] for some in by_college.values() if n < len(some)] for n in range(longest))
    return [person for rank in ranks for person in rank]


def _cookies(people):
    """A Cookie header for each: a session just signed in to, and a token for forms."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils.crypto import get_random_string

    from accounts.users.sessions import SessionStore

    rows = [
        SessionStore(get_random_string(32).lower()).create_model_instance(
            {
                SESSION_KEY: str(person.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: person.get_session_auth_hash(),
            }
        )
        for person in people
    ]
    SessionStore.get_model_class().objects.bulk_create(rows, batch_size=1000)
    token = get_random_string(32)
    return [f"sessionid={row.session_key}; csrftoken={token}" for row in rows]


def _thread(person, audience, number, text="Nous essayons."):
    """A thread of its own: of two with the same words the second would be the first."""
    from accounts.viewers.viewers import viewer_of_person
    from forum.conversation.threads import actions
    from forum.conversation.threads.posting_limits import MAX_TEXT_LENGTH
    from forum.models import Space, Topic

    return actions.start_thread(
        viewer_of_person(person),
        space=Space.objects.get(audience=audience),
        topic=Topic.objects.first(),
        kind="discussion",
        title=f"Combien de lecteurs pour le fil {number} ?",
        text=f"{number} {text}"[:MAX_TEXT_LENGTH],
        tags=[],
        idempotency_key=uuid4(),
    )


def _poll(person, thread):
    """A poll whose results all see at any time."""
    from accounts.viewers.viewers import viewer_of_person
    from forum.conversation.polls.actions import add_poll
    from forum.conversation.polls.models import PollValues

    values = PollValues("Quelle date ?", "Le 3 mars\nLe 10 mars\nLe 17 mars")
    add_poll(thread, viewer_of_person(person), values)


def _pages():
    """What to ask for, by what it is; the forum must have grown."""
    from forum.models import Thread

    deep = Thread.objects.order_by("post_count").last()
    twenty = Thread.objects.filter(post_count=20, space__audience="public").first()
    return {
        "empty view": "/vide/",
        "thread, 20 posts": twenty.get_absolute_url(),
        f"page 1 of {deep.post_count} posts": deep.get_absolute_url(),
        f"page {deep.last_page} of {deep.post_count} posts":
            f"{deep.get_absolute_url()}?page={deep.last_page}",
        "home": "/",
        "topic": deep.topic.get_absolute_url(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
