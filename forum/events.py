"""The log of what changed in each thread, and the one place that announces a change.

An event points at a post, or at the thread itself, and copies nothing of it: "look at this
again". Whoever reads the log looks afresh, through ``visible_to``. So an old event cannot
show what has since been edited, hidden or moved, and reading one twice does no harm.
"""

from functools import partial

from django.db import models, transaction
from django.dispatch import Signal

from accounts.base import fast_write
from accounts.base.compiled_queries import CompiledQuery

#: Sent with ``event`` and ``spaces`` (ids of the spaces whose lists may change) once the
#: event's transaction has committed. This is the project's only signal. Its listeners
#: carry the news further and never change the forum.
event_recorded = Signal()


class Event(models.Model):
    """Change number ``seq`` of a thread: about ``post``, or about the thread itself."""

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    post = models.ForeignKey("forum.Post", models.CASCADE, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "seq"], name="event_seq_is_unique")
        ]

    def __str__(self):
        return f"{self.thread_id}:{self.seq}"


def record(thread, post=None, *, changed=(), spaces=()):
    """Log a change, save the thread's ``changed`` fields, announce it after the commit.

    Call it in the transaction that changes, with ``thread``'s row locked: the lock is what
    makes ``seq`` gap-free and visible in order, so a page that has seen 8 cannot have
    missed 7. ``spaces`` names further spaces whose lists change, such as the one left.
    """
    thread.seq += 1
    fast_write.update(thread, ["seq", *changed])
    event = fast_write.insert(Event(thread=thread, seq=thread.seq, post=post))
    _announce(event, {thread.space_id, *spaces})
    return event


def record_all(posts):
    """Log that many posts changed, in few statements; announce each thread once.

    ``posts`` are ``{thread: its posts}``; call it as ``record``, with these threads locked.
    """
    log = []
    for thread, changed in posts.items():
        for post in changed:
            thread.seq += 1
            log.append(Event(thread=thread, seq=thread.seq, post=post))
        _announce(log[-1], {thread.space_id})
    Event.objects.bulk_create(log)
    for model in {type(thread) for thread in posts}:
        model._base_manager.bulk_update(posts, ["seq"])


def _announce(event, spaces):
    told = partial(event_recorded.send_robust, Event, event=event, spaces=frozenset(spaces))
    transaction.on_commit(told, robust=True)


def events_between(thread_id, after, upto):
    """``(seq, post id)`` of a thread's changes past ``after``, up to ``upto``, in order."""
    return _EVENTS_BETWEEN.rows(thread_id=thread_id, after=after, upto=upto)


def _events_between(thread_id, after, upto):
    log = Event.objects.filter(thread=thread_id, seq__gt=after, seq__lte=upto)
    return log.order_by("seq").values_list("seq", "post_id")


_EVENTS_BETWEEN = CompiledQuery(_events_between, "thread_id", "after", "upto")


def events_after(after):
    """``(id, thread id, seq, post id, space id)`` of what was logged past id ``after``.

    Ids are not in the order of commits: one that follows looks again a little further back.
    """
    late = Event.objects.filter(pk__gt=after).order_by("pk")
    return late.values_list("pk", "thread_id", "seq", "post_id", "thread__space_id")


def latest_event_id():
    """The id of the last event of all, 0 where there is none."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
