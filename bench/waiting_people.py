"""People who wait for a seat in one organisation, as a stranger makes them. It runs inside the
site.

``python -m bench.waiting_people --count=20`` prints JSON: their ``cookies`` and ``ids``.
``--count-posts=7,8`` prints instead how many posts these people have that others read, that
wait for an animator, and threads that others see.
"""

import argparse
import json
from uuid import uuid4

import django


def main():
    """Make them, or count what they posted; print it."""
    args = argparse.ArgumentParser()
    args.add_argument("--count", type=int, default=20)
    args.add_argument("--count-posts", default="")
    args = args.parse_args()
    django.setup()
    if args.count_posts:
        print(json.dumps(_counts([int(pk) for pk in args.count_posts.split(",")])))
        return
    from bench.sample_data import _cookies

    people = _people(args.count)
    made = {"cookies": _cookies(people), "ids": [person.pk for person in people]}
    print(json.dumps(made))


def _people(count):
    from accounts.models import College
    from tests.factories import create_person, create_seat

    college = College.objects.first().slug
    mark = uuid4().hex[:6]
    people = [create_person(f"Inconnu {mark} {n}") for n in range(count)]
    town = create_seat(people[0], college, confirmed=False).organisation
    for person in people[1:]:
        create_seat(person, college, confirmed=False, organisation=town)
    return people


def _counts(ids):
    from forum.base import visibility
    from forum.models import Post, Thread

    posts = Post.objects.filter(author__in=ids)
    return {
        "shown": posts.filter(visibility.shown_posts()).count(),
        "held": posts.exclude(held_at=None).count(),
        "threads": Thread.objects.filter(author__in=ids, removed_at=None).count(),
    }


if __name__ == "__main__":
    main()
