"""Whole threads at once, written as the actions would have left them.

Posts are numbered 1 to *n* and dated in order; every change has its event, gap-free; the
shelves count what stands on them. Nothing is announced: loaders run where nobody looks yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, prefetch_related_objects

from accounts.models import Seat
from forum.base.events import Event
from forum.base.search_index.actions import replace_documents
from forum.models import Post, Tag, Tagging, Thread, ThreadCount

_BATCH_SIZE = 1000


@dataclass(frozen=True)
class PostData:
    """One post to be. ``html`` is what markup makes of ``text``."""

    seat: Seat
    text: str
    html: str
    at: datetime
    idempotency_key: UUID


@dataclass(frozen=True)
class ThreadData:
    """One thread to be, with ``posts`` in order; ``accepted`` is the number of an answer."""

    space_id: int
    topic_id: int
    kind: str
    title: str
    posts: list[PostData]
    tag_ids: list[int] = field(default_factory=list)
    accepted: int | None = None


@transaction.atomic
def create_threads(thread_rows: Iterable[ThreadData]) -> list[Thread]:
    """Write ``thread_rows`` and return the threads, in the same order."""
    thread_rows = list(thread_rows)
    threads = Thread.objects.bulk_create([_thread(thread_data) for thread_data in thread_rows])
    pairs = list(zip(threads, thread_rows, strict=True))
    posts = Post.objects.bulk_create(
        chain.from_iterable(_posts(*pair) for pair in pairs), batch_size=_BATCH_SIZE
    )
    names = dict(Tag.objects.values_list("pk", "name"))
    Tagging.objects.bulk_create(
        Tagging(content_object=thread, tag_id=tag_id, name=names[tag_id])
        for thread, thread_data in pairs
        for tag_id in thread_data.tag_ids
    )
    accepted = _accept(pairs, posts)
    _create_events(posts, accepted)
    ThreadCount.add(Counter((thread.space_id, thread.topic_id) for thread in threads))
    prefetch_related_objects(threads, "taggings")
    replace_documents(threads)
    return threads


def _thread(thread_data: ThreadData) -> Thread:
    first, last = thread_data.posts[0], thread_data.posts[-1]
    return Thread(
        space_id=thread_data.space_id,
        topic_id=thread_data.topic_id,
        kind=thread_data.kind,
        title=thread_data.title,
        author_id=first.seat.person_id,
        seat_id=first.seat.pk,
        created_at=first.at,
        last_posted_at=last.at,
        post_count=len(thread_data.posts),
        seq=len(thread_data.posts) + (thread_data.accepted is not None),
    )


def _posts(thread: Thread, thread_data: ThreadData) -> Iterator[Post]:
    for number, words in enumerate(thread_data.posts, 1):
        yield Post(
            thread=thread,
            number=number,
            author_id=words.seat.person_id,
            seat_id=words.seat.pk,
            text=words.text,
            html=words.html,
            idempotency_key=words.idempotency_key,
            created_at=words.at,
        )


def _accept(pairs: list[tuple[Thread, ThreadData]], posts: list[Post]) -> list[Post]:
    """Mark the accepted answers; return them."""
    numbers = {thread.pk: thread_data.accepted for thread, thread_data in pairs}
    accepted = [post for post in posts if numbers[post.thread_id] == post.number]
    for post in accepted:
        post.thread.accepted = post
    Thread.objects.bulk_update([post.thread for post in accepted], ["accepted"])
    return accepted


def _create_events(posts: list[Post], accepted: list[Post]) -> None:
    """An event a post, then one for the answer accepted, dated as what they tell of."""
    events = [Event(thread=post.thread, seq=post.number, post=post) for post in posts]
    events += [Event(thread=post.thread, seq=post.thread.seq, post=post) for post in accepted]
    Event.objects.bulk_create(events, batch_size=_BATCH_SIZE)
    created = Event.objects.filter(thread__in={post.thread_id for post in posts})
    post_times = Post.objects.filter(pk=OuterRef("post")).values("created_at")
    created.update(recorded_at=Subquery(post_times))
    ended = Thread.objects.filter(pk=OuterRef("thread")).values("last_posted_at")
    created.filter(seq__gt=F("thread__post_count")).update(recorded_at=Subquery(ended))
