"""Fills a database with people and threads, adding to whatever is there.

The same ``seed`` gives the same forum on the same day, up to the numbers of the rows and
the addresses of the people, which go on from those that are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from forum.models import Audience, Space, Tag, ThreadKind, Topic
from forum.site.demo.bulk_threads import PostData, ThreadData, create_threads
from forum.site.demo.growth import people, thread_sizes
from forum.site.demo.growth.follows import create_follows
from forum.site.demo.growth.prose import ProseGenerator

if TYPE_CHECKING:
    from accounts.organisations.models import Seat
    from forum.base.spaces.models import Audience
    from forum.conversation.threads.models import Thread


TIME_SPAN = timedelta(days=730)
#: How much of the talk each audience gets; groups keep theirs.
_AUDIENCE_WEIGHTS = {Audience.PUBLIC: 3, Audience.NETWORK: 6, Audience.COLLEGE: 1}
_KIND_WEIGHTS = {"question": 6, "experience": 2, "discussion": 3}
_POST_BATCH = 2000  # posts in a transaction


def grow(
    *,
    threads: int,
    posts: int,
    people_count: int,
    deep: int = 0,
    seed: int = 1,
    password: str | None = None,
    now: datetime | None = None,
) -> Iterator[Thread]:
    """Write the people, then the threads and who follows them; yield each thread written.

    With ``deep``, the first thread has that many posts and is public. Raise
    ImpossibleSizes before writing anything. Threads come in whole batches: stopped
    halfway, what is written is a smaller forum in good order.
    """
    thread_sizes.check_sizes(threads, posts, people_count, deep)
    now = now or timezone.now()
    rng = Random(seed)  # noqa: S311
    since = now - TIME_SPAN - timedelta(days=30)
    seats = people.create_people(people_count, since, now, rng, password)
    talk = ThreadGenerator(seats, rng, now)
    if deep:
        yield from _write([talk.generate(deep, Audience.PUBLIC)], rng)
    counts = thread_sizes.distribute_posts(threads - bool(deep), posts - deep, rng)
    for batch in _batches(counts):
        yield from _write([talk.generate(count) for count in batch], rng)


@transaction.atomic
def _write(thread_rows: list[ThreadData], rng: Random) -> list[Thread]:
    threads = create_threads(thread_rows)
    create_follows(threads, thread_rows, rng)
    return threads


def _batches(counts: list[int]) -> Iterator[list[int]]:
    """Runs of ``counts`` of about _POST_BATCH posts."""
    batch = []
    for count in counts:
        batch.append(count)
        if sum(batch) >= _POST_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class ThreadGenerator:
    """Makes threads of any size, each in a space that all who write in it may read."""

    def __init__(self, seats: list[Seat], rng: Random, now: datetime) -> None:
        """Know the places and who may speak there."""
        self._rng, self._now = rng, now
        self._prose = ProseGenerator(rng)
        self._topics = list(Topic.objects.values_list("pk", flat=True))
        self._tags = list(Tag.objects.order_by("pk").values_list("pk", flat=True))
        self._seats: dict[int | None, list[Seat]] = {None: seats}
        for seat in seats:
            self._seats.setdefault(seat.organisation.college_id, []).append(seat)
        spaces = Space.objects.filter(audience__in=_AUDIENCE_WEIGHTS)
        self._spaces = [space for space in spaces if space.college_id in self._seats]
        self._shares = [_AUDIENCE_WEIGHTS[Audience(space.audience)] for space in self._spaces]

    def generate(self, count: int, audience: Audience | None = None) -> ThreadData:
        """A thread of ``count`` posts, for ``audience`` or whomever chance would have.

        One of a single post is a question that waits for an answer.
        """
        space = self._space(audience)
        kind = self._kind() if count > 1 else ThreadKind.QUESTION
        settled = kind == "question" and count > 1 and self._rng.random() < 0.6
        return ThreadData(
            space_id=space.pk,
            topic_id=self._rng.choice(self._topics),
            kind=kind,
            title=self._prose.title(),
            posts=self._posts(count, self._seats[space.college_id]),
            tag_ids=self._rng.sample(self._tags, self._rng.randint(0, 4)),
            accepted=self._rng.randint(2, min(count, 6)) if settled else None,
        )

    def _kind(self) -> str:
        return self._rng.choices(list(_KIND_WEIGHTS), list(_KIND_WEIGHTS.values()))[0]

    def _posts(self, count: int, seats: list[Seat]) -> list[PostData]:
        speakers = self._rng.sample(seats, min(len(seats), 2 + count // 3))
        return [
            PostData(
                seat=self._rng.choice(speakers),
                text=text,
                html=html,
                at=at,
                idempotency_key=UUID(int=self._rng.getrandbits(128), version=4),
            )
            for at, (text, html) in zip(
                self._moments(count), (self._prose.post() for _ in range(count)), strict=True
            )
        ]

    def _moments(self, count: int) -> list[datetime]:
        """Strictly growing moments of the last two years, a few days or weeks long."""
        shortest = 120 * count
        age = self._rng.uniform(shortest + 600, TIME_SPAN.total_seconds())
        lasts = min(age - 300, shortest + self._rng.expovariate(1 / (20 * 86400)))
        offsets = sorted(self._rng.sample(range(1, int(lasts) + 1), count - 1))
        start = self._now - timedelta(seconds=age)
        return [start, *(start + timedelta(seconds=offset) for offset in offsets)]

    def _space(self, audience: Audience | None) -> Space:
        meant = [space for space in self._spaces if space.audience == audience]
        return meant[0] if meant else self._rng.choices(self._spaces, self._shares)[0]
