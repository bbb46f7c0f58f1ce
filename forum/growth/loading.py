"""Fills a database with people and threads, adding to whatever is there.

The same ``seed`` gives the same forum on the same day, up to the numbers of the rows and
the addresses of the people, which go on from those that are there.
"""

from datetime import timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from forum.demonstration.drafts import Draft, Words, write
from forum.growth import people, sizes
from forum.growth.prose import Prose
from forum.models import Audience, Space, Tag, Topic

SPAN = timedelta(days=730)
#: How much of the talk each audience gets; groups keep theirs.
_SHARES = {Audience.PUBLIC: 3, Audience.NETWORK: 6, Audience.COLLEGE: 1}
_KINDS = {"question": 6, "experience": 2, "discussion": 3}
_BATCH = 2000  # posts in a transaction


def load(*, threads, posts, people_count, deep=0, seed=1, password=None, now=None):
    """Write the people, then the threads; yield each thread once it is written.

    With ``deep``, the first thread has that many posts and is public. Raise
    sizes.Impossible before writing anything. Threads come in whole batches: stopped
    halfway, what is written is a smaller forum in good order.
    """
    sizes.check(threads, posts, people_count, deep)
    now = now or timezone.now()
    chance = Random(seed)  # noqa: S311
    since = now - SPAN - timedelta(days=30)
    seats = people.write(people_count, since, now, chance, password)
    talk = Talk(seats, chance, now)
    if deep:
        yield from write([talk.draft(deep, Audience.PUBLIC)])
    counts = sizes.share_out(threads - bool(deep), posts - deep, chance)
    for batch in _batches(counts):
        yield from write([talk.draft(count) for count in batch])


def _batches(counts):
    """Runs of ``counts`` of about _BATCH posts."""
    batch = []
    for count in counts:
        batch.append(count)
        if sum(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class Talk:
    """Makes threads of any size, each in a space that all who write in it may read."""

    def __init__(self, seats, chance, now):
        """Know the places and who may speak there."""
        self._chance, self._now = chance, now
        self._prose = Prose(chance)
        self._topics = list(Topic.objects.values_list("pk", flat=True))
        self._tags = list(Tag.objects.order_by("pk").values_list("pk", flat=True))
        self._seats = {None: seats}
        for seat in seats:
            self._seats.setdefault(seat.organisation.college_id, []).append(seat)
        spaces = Space.objects.filter(audience__in=_SHARES)
        self._spaces = [space for space in spaces if space.college_id in self._seats]
        self._shares = [_SHARES[space.audience] for space in self._spaces]

    def draft(self, count, audience=None):
        """A thread of ``count`` posts, for ``audience`` or whomever chance would have."""
        space = self._space(audience)
        kind = self._chance.choices(list(_KINDS), _KINDS.values())[0]
        settled = kind == "question" and count > 1 and self._chance.random() < 0.6
        return Draft(
            space_id=space.pk,
            topic_id=self._chance.choice(self._topics),
            kind=kind,
            title=self._prose.title(),
            posts=self._posts(count, self._seats[space.college_id]),
            tag_ids=self._chance.sample(self._tags, self._chance.randint(0, 4)),
            accepted=self._chance.randint(2, min(count, 6)) if settled else None,
        )

    def _posts(self, count, seats):
        speakers = self._chance.sample(seats, min(len(seats), 2 + count // 3))
        return [
            Words(
                seat=self._chance.choice(speakers),
                text=text,
                html=html,
                at=at,
                key=UUID(int=self._chance.getrandbits(128), version=4),
            )
            for at, (text, html) in zip(
                self._moments(count), (self._prose.post() for _ in range(count)), strict=True
            )
        ]

    def _moments(self, count):
        """Strictly growing moments of the last two years, a few days or weeks long."""
        shortest = 120 * count
        age = self._chance.uniform(shortest + 600, SPAN.total_seconds())
        lasts = min(age - 300, shortest + self._chance.expovariate(1 / (20 * 86400)))
        offsets = sorted(self._chance.sample(range(1, int(lasts) + 1), count - 1))
        start = self._now - timedelta(seconds=age)
        return [start, *(start + timedelta(seconds=offset) for offset in offsets)]

    def _space(self, audience):
        meant = [space for space in self._spaces if space.audience == audience]
        return meant[0] if meant else self._chance.choices(self._spaces, self._shares)[0]
