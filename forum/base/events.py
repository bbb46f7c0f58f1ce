"""The log of what changed in each thread, and the one place that announces a change.

An event points at a post, or at the thread itself, and copies nothing of it. Whoever reads
the log reads the post through ``visible_to``. So an old event cannot show what has since
been edited, hidden or moved, and reading one twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models.functions import Length
from django.dispatch import Signal

from accounts.base import compiled_queries
from accounts.base.compiled_queries import CompiledQuery

if TYPE_CHECKING:
    from forum.conversation.threads.models import Post, Thread

#: Sent with ``event`` and ``spaces`` (ids of the spaces whose lists may change) once the
#: event's transaction has committed. This is the project's only signal. Its listeners tell
#: other processes and never change the forum.
event_recorded = Signal()
#: An event is settled when it is older: no transaction is still to commit an earlier one.
SETTLED = timedelta(seconds=5)


class Event(models.Model):
    """Change number ``seq`` of a thread: about ``post``, or about the thread itself."""

    # Without an index of its own: the constraint's begins with the thread.
    thread = models.ForeignKey(
        "forum.Thread", models.CASCADE, related_name="events", db_index=False
    )
    seq = models.PositiveBigIntegerField()
    post = models.ForeignKey("forum.Post", models.CASCADE, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    private_rows = False

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "seq"], name="event_seq_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}:{self.seq}"


def record(
    thread: Thread,
    post: Post | None = None,
    *,
    changed: Iterable[str] = (),
    spaces: Iterable[int] = (),
) -> Event:
    """Log a change, save the thread's ``changed`` fields, announce it after the commit.

    Call it in the transaction that changes, with ``thread``'s row locked: the lock is what
    makes ``seq`` gap-free and visible in order, so a page that has seen 8 cannot have
    missed 7. ``spaces`` are the ids of further spaces whose lists change, such as the one
    that the thread left. Return the event.
    """
    thread.seq += 1
    compiled_queries.update(thread, ["seq", *changed])
    event = compiled_queries.insert(Event(thread=thread, seq=thread.seq, post=post))
    _announce(event, {thread.space_id, *spaces})
    return event


def record_all(posts: Mapping[Thread, Sequence[Post]]) -> None:
    """Log that many posts changed, in few statements; announce each thread once.

    ``posts`` are ``{thread: its posts}``; of a thread without any, nothing has changed. Call it
    as ``record``, with these threads locked.
    """
    events, posts = [], {thread: changed for thread, changed in posts.items() if changed}
    for thread, changed in posts.items():
        for post in changed:
            thread.seq += 1
            events.append(Event(thread=thread, seq=thread.seq, post=post))
        _announce(events[-1], {thread.space_id})
    Event.objects.bulk_create(events)
    for model in {type(thread) for thread in posts}:
        model._base_manager.bulk_update(posts, ["seq"])


def _announce(event: Event, spaces: Iterable[int]) -> None:
    send = partial(event_recorded.send_robust, Event, event=event, spaces=frozenset(spaces))
    transaction.on_commit(send, robust=True)


def events_between(
    thread_id: int, after: int, upto: int, most: int
) -> list[tuple[int, int | None]]:
    """``(seq, post id)`` of a thread's changes past ``after``, up to ``upto``, in order.

    Of them the newest, whose posts have ``most`` characters of HTML in all.
    """
    rows = _EVENTS_BETWEEN.rows(thread_id=thread_id, after=after, upto=upto)
    events: list[tuple[int, int | None]] = []
    posts: set[int | None] = set()
    for seq, post, length in reversed(rows):
        most -= (length or 0) if post not in posts else 0
        if most < 0:
            break
        posts.add(post)
        events.append((seq, post))
    return events[::-1]


def _events_between(thread_id: int, after: int, upto: int) -> models.QuerySet[Any, Any]:
    log = Event.objects.filter(thread=thread_id, seq__gt=after, seq__lte=upto)
    return log.order_by("seq").values_list("seq", "post_id", Length("post__html"))


_EVENTS_BETWEEN: CompiledQuery[tuple[int, int | None, int | None]] = CompiledQuery(
    _events_between, "thread_id", "after", "upto"
)


def events_after(after: int) -> models.QuerySet[Any, Any]:
    """``(id, thread id, seq, post id, space id)`` of the events whose id is past ``after``.

    Ids are not in the order of commits: whoever follows the log asks again a little further
    back.
    """
    events = Event.objects.filter(pk__gt=after).order_by("pk")
    return events.values_list("pk", "thread_id", "seq", "post_id", "thread__space_id")


def events_recorded(
    after: int, before: datetime, limit: int
) -> list[tuple[int, int, int | None]]:
    """``(id, thread id, post id)`` of the events past the id ``after``, in order.

    As far as the first that was recorded ``before`` no more, ``limit`` at most: for what the
    worker does about all that happens.
    """
    log = Event.objects.filter(pk__gt=after).order_by("pk")
    rows = log.values_list("pk", "thread_id", "post_id", "recorded_at")[:limit]
    return [row[:3] for row in takewhile(lambda row: row[3] < before, rows)]


def latest_event_id() -> int:
    """The highest id of an event, 0 where there is none."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
