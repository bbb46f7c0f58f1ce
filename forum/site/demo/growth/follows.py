"""Who follows the threads of a grown forum, and how far they have read."""

from collections.abc import Iterable
from random import Random

from forum.models import Follow, Thread
from forum.site.demo.bulk_threads import ThreadData

#: From 0 to 1: how many follows are read to the thread's end; in the others there is news.
_READ_SHARE = 0.9


def create_follows(threads: list[Thread], thread_rows: list[ThreadData], rng: Random) -> None:
    """Whoever wrote in one of ``threads`` follows it, from their first post there on.

    ``thread_rows`` are what the threads were made of, in the same order.
    """
    Follow.objects.bulk_create(
        follow
        for pair in zip(threads, thread_rows, strict=True)
        for follow in _follows(*pair, rng)
    )


def _follows(thread: Thread, thread_data: ThreadData, rng: Random) -> Iterable[Follow]:
    follows: dict[int, Follow] = {}
    for number, post in enumerate(thread_data.posts, 1):
        person = post.seat.person_id
        follow = follows.setdefault(
            person, Follow(thread=thread, person_id=person, followed_at=post.at)
        )
        follow.last_read_number = number
    for follow in follows.values():
        if rng.random() < _READ_SHARE:
            follow.last_read_number = thread.post_count
    return follows.values()
