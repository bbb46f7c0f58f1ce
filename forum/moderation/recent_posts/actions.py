"""Hiding at once all that someone posted lately, and showing it again.

Each thread is a transaction of its own, so that nobody waits for all of them. Where one fails,
the rest is done by doing it again.
"""

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base import events, visibility
from forum.base.rules import require, require_moderator
from forum.base.spaces.models import ThreadCount
from forum.conversation.threads.queries import thread_for_update
from forum.moderation.actions import end_measure
from forum.moderation.measures.actions import create_measure, hiding_reason, no_own_measure
from forum.moderation.measures.models import Measure, MeasureKind, ModerationReason
from forum.moderation.recent_posts.queries import (
    authors_with,
    measures_together,
    recent_posts,
)

#: So many at most are hidden at a time.
MAX_POSTS = 2000


def hide_recent_posts(
    person: User,
    actor: Viewer,
    facts: str,
    reason: ModerationReason | None = None,
    report_id: int | None = None,
    *,
    with_others: bool = False,
) -> int:
    """Hide what ``person`` posted in the last 24 hours where ``actor`` reads; return how much.

    ``with_others``: and all who wait with them for a seat. Each author is given the statement
    of each measure; all begin at the same moment, by which ``restore_together`` finds them. The
    first, of ``person`` where they posted, answers the report.
    """
    require_moderator(actor)
    require(person.pk != actor.person_id, no_own_measure())
    authors = authors_with(person) if with_others else User.objects.filter(pk=person.pk)
    posts = recent_posts(actor, authors).order_by("thread", "pk")
    rows = list(posts.values_list("thread", "pk", "author")[:MAX_POSTS])
    rows.sort(key=lambda row: row[2] != person.pk)
    about: dict[str, Any] = {"facts": facts, "reason": reason, "report_id": report_id}
    about["starts_at"] = timezone.now()
    number = 0
    for thread_id, group in groupby(rows, itemgetter(0)):
        pks = [row[1] for row in group]
        number += _hide_in_thread(thread_id, pks, actor, about, is_first=number == 0)
    return number


def restore_together(measure: Measure, actor: Viewer, ending_reason: str) -> int:
    """End ``measure`` and all that hid posts with it, but one's own; return how many."""
    require_moderator(actor)
    moment: datetime = measure.starts_at
    together = list(measures_together(actor, measure.taken_by_id, moment))
    for row in together:
        end_measure(row, actor, ending_reason)
    return len(together)


@transaction.atomic(durable=True)
def _hide_in_thread(
    thread_id: int, pks: list[int], actor: Viewer, about: dict[str, Any], *, is_first: bool
) -> int:
    thread = thread_for_update(thread_id, actor, visibility.threads_with_removed)
    require_moderator(actor)
    require_animator(User(pk=actor.person_id))
    shown = thread.posts.filter(pk__in=pks, hidden_at=None, deleted_at=None)
    posts = list(shown.order_by("pk"))
    for index, post in enumerate(posts):
        post.held_at, post.hidden_at = None, about["starts_at"]
        post.hidden_by_id, post.hiding_reason = actor.person_id, hiding_reason(about["facts"])
        post.save(update_fields=["held_at", "hidden_at", "hidden_by", "hiding_reason"])
        create_measure(
            MeasureKind.HIDE_POST,
            actor,
            **about,
            person_id=post.author_id,
            thread=thread,
            post=post,
            answers_report=is_first and index == 0,
        )
    changed = []
    if thread.accepted_id in {post.pk for post in posts}:
        thread.accepted = None
        changed.append("accepted")
    if thread.removed_at is None and not thread.posts.visible_to(actor).exists():
        thread.removed_at = about["starts_at"]
        changed.append("removed_at")
        ThreadCount.add({(thread.space_id, thread.topic_id): -1})
    for post in posts:
        events.record(thread, post, changed=changed)
    return len(posts)
