"""Fills a database with the demonstration and with threads made of manuals.

``python -m bench.search.corpus`` fills the database of ``DATABASE_URL``, which must be empty
and migrated, and then indexes it. Nothing is drawn by chance but from the key of each section:
a thread has the same texts, space, topic, kind, tags, days and answers on every machine.
"""

import argparse
import os
import sys
from datetime import timedelta
from itertools import batched
from random import Random
from uuid import NAMESPACE_URL, uuid5

import django

from bench.search import manuals

#: The person who searches: of all colleges and groups, so that every thread may be found.
READER = "recherche@essai.invalid"
_DAYS = 4 * 365
_PEOPLE = 300
_POST_WORDS = 60  # a post ends with the paragraph that reaches them
_KINDS = {"question": 11, "experience": 3, "discussion": 5, "announcement": 1}
_AUDIENCES = {"public": 3, "network": 6, "college": 1, "group": 1}


def main():
    """Load everything, tell how much."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
    django.setup()
    missing = manuals.missing_packages()
    if missing:
        sys.exit(f"These packages are missing; bench/search/README.md: {' '.join(missing)}")
    print("threads of the demonstration and of manuals:", load())
    from django.core.management import call_command
    from django.db import connection

    call_command("index")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # As a database does by itself, in time.


def load():
    """Load the demonstration, the reader and the manuals; return how many threads there are."""
    from django.utils import timezone

    from forum.models import Thread
    from forum.site.demo.bulk_threads import create_threads
    from forum.site.demo.growth import people
    from forum.site.demo.loading import load_demo

    load_demo()
    now = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = now - timedelta(days=_DAYS + 1)
    seats = people.create_people(_PEOPLE, since, now, Random(1))
    give_all_rights(seats)
    maker = _ThreadMaker(seats, now)
    # Oldest first, so that a higher id is a newer thread.
    rows = sorted(
        map(maker.thread, manuals.sections().values()), key=lambda row: row.posts[0].at
    )
    for some in batched(rows, 1000):
        create_threads(some)
    return Thread.objects.count()


def give_all_rights(seats):
    """Seat the first person in every college and group, and name them READER."""
    from accounts.charter import hash_chain
    from accounts.models import GroupMembership, Seat, Signature, WorkingGroup

    own = seats[0]
    others = {seat.organisation.college_id: seat.organisation for seat in reversed(seats)}
    del others[own.organisation.college_id]
    signature = Signature.objects.get(person=own.person)
    for organisation in others.values():
        Seat.objects.create(person=own.person, organisation=organisation, position="test",
                            started_at=own.started_at, confirmed_at=own.started_at)  # fmt: skip
        signature.pk, signature._state.adding = None, True
        signature.organisation, signature.college = organisation, organisation.college
        signature.save()
    hash_chain.append_missing_lines()
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, person=own.person, joined_at=own.started_at)
        for group in WorkingGroup.objects.all()
    )
    type(own.person).objects.filter(pk=own.person.pk).update(email=READER)


class _ThreadMaker:
    """Makes a thread of a section."""

    def __init__(self, seats, now):
        from forum.conversation.tags.models import tag_slug
        from forum.models import Space, Tag, Topic

        self._now = now
        self._seats = {None: seats}
        for seat in seats:
            self._seats.setdefault(seat.organisation.college_id, []).append(seat)
        self._spaces = list(Space.objects.order_by("pk"))
        self._shares = [_AUDIENCES[space.audience] for space in self._spaces]
        self._topics = list(Topic.objects.order_by("order").values_list("pk", flat=True))
        # Of their own: those of the demonstration would find them.
        self._tags = {
            one.name: Tag.objects.get_or_create(name=one.name, slug=tag_slug(one.name))[0].pk
            for one in manuals.MANUALS
        }

    def thread(self, section):
        from forum.site.demo.bulk_threads import ThreadData

        rng = Random(section.key)
        (space,) = rng.choices(self._spaces, self._shares)
        (kind,) = rng.choices(list(_KINDS), _KINDS.values())
        posts = self._posts(section, self._seats[space.college_id], rng)
        settled = kind == "question" and len(posts) > 1 and rng.random() < 0.5
        return ThreadData(
            space_id=space.pk,
            topic_id=rng.choice(self._topics),
            kind=kind,
            title=section.title,
            posts=posts,
            tag_ids=[self._tags[section.key.partition("/")[0]]] if rng.random() < 0.7 else [],
            accepted=rng.randint(2, len(posts)) if settled else None,
        )

    def _posts(self, section, seats, rng):
        from forum.base import markup
        from forum.site.demo.bulk_threads import PostData

        at = self._now - timedelta(days=rng.uniform(60, _DAYS))
        posts = []
        for number, text in enumerate(_texts(section.paragraphs), 1):
            posts.append(
                PostData(
                    seat=rng.choice(seats),
                    text=text,
                    html=markup.render(text),
                    at=at,
                    idempotency_key=post_key(section.key, number),
                )
            )
            at += timedelta(hours=rng.uniform(0.1, 10))
        return posts


def _texts(paragraphs):
    """The paragraphs, joined to posts of _POST_WORDS or some more; the last may be short."""
    some = []
    for paragraph in paragraphs:
        some.append(paragraph)
        if sum(len(one.split()) for one in some) >= _POST_WORDS:
            yield "\n\n".join(some)
            some = []
    if some:
        yield "\n\n".join(some)


def post_key(key, number=1):
    """The idempotency key of a post, by which the thread of ``key`` is known again.

    ``key`` is that of a section, or ``demo/`` and the slug of a thread of the demonstration.
    """
    name = key.replace("demo/", "foirail:", 1) if key.startswith("demo/") else f"manual:{key}"
    return uuid5(NAMESPACE_URL, f"{name}/{number}")


if __name__ == "__main__":
    main()
