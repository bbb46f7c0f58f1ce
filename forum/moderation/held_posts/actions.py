"""Publishing and refusing posts that wait; where first posts wait.

Each raises DoesNotExist where the actor does not see the post, and Refused where they may not
decide.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.author_records.middleware import SOURCE as REQUEST_SOURCE
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.review_queue.actions import require_unclaimed
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base import events, visibility
from forum.base.rules import require, require_moderator
from forum.base.search_index.actions import forget_posts
from forum.base.spaces.models import ThreadCount
from forum.conversation.files.actions import delete_post_files
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_update
from forum.moderation.held_posts.queries import SOURCE, spaces_that_may_hold
from forum.moderation.measures.actions import create_measure, hiding_reason, no_own_measure
from forum.moderation.measures.models import MeasureKind, ModerationReason


@transaction.atomic(durable=True)
def approve_post(post: Post, actor: Viewer) -> Post:
    """Publish ``post``, which waits, and its thread where it begins one; return it.

    They are new from now on: the thread comes first in its lists.
    """
    thread, post = _lock_held(post, actor)
    post.held_at, post.approved_at = None, timezone.now()
    post.save(update_fields=["held_at", "approved_at"])
    changed = ["last_posted_at"]
    thread.last_posted_at = post.approved_at
    if post.number == 1:
        thread.removed_at, thread.created_at = None, post.approved_at
        ThreadCount.add({(thread.space_id, thread.topic_id): 1})
        changed += ["removed_at", "created_at"]
    about: dict[str, Any] = {
        "person_id": post.author_id,
        "thread_id": thread.pk,
        "post_id": post.pk,
    }
    record_action(LoggedAction.APPROVE_POST, actor.person_id, **about)
    events.record(thread, post, changed=changed)
    post.thread = thread
    return post


@transaction.atomic(durable=True)
def refuse_post(
    post: Post,
    actor: Viewer,
    facts: str,
    reason: ModerationReason | None = None,
    report_id: int | None = None,
) -> Post:
    """Hide ``post``, which waits, by a measure that its author reads; return it."""
    thread, post = _lock_held(post, actor)
    post.held_at, post.hidden_at = None, timezone.now()
    post.hidden_by_id, post.hiding_reason = actor.person_id, hiding_reason(facts)
    post.save(update_fields=["held_at", "hidden_at", "hidden_by", "hiding_reason"])
    about: dict[str, Any] = {"person_id": post.author_id, "thread": thread, "post": post}
    create_measure(MeasureKind.HIDE_POST, actor, facts, reason, report_id=report_id, **about)
    events.record(thread, post)
    return post


@transaction.atomic(durable=True)
def withdraw_post(post: Post, actor: Viewer) -> Thread:
    """Delete one's own ``post``, which waits; return its thread, which may be removed."""
    thread = _lock_thread(post, actor, writes=False)
    post = thread.posts.visible_to(actor, visibility.held_posts).get(
        pk=post.pk, author=actor.person_id
    )
    post.deleted_at, post.held_at = timezone.now(), None
    post.source = REQUEST_SOURCE.get()
    post.text = post.html = ""
    post.version += 1
    delete_post_files(post)
    fields = ["deleted_at", "held_at", "text", "html", "version", "source", "files"]
    post.save(update_fields=fields)
    forget_posts([post])
    events.record(thread, post)
    return thread


@transaction.atomic(durable=True)
def set_holding_spaces(actor: Viewer, slugs: Collection[str]) -> None:
    """Have the first posts wait in the spaces ``slugs``, of those that may, and in no other."""
    require_moderator(actor)
    require_animator(User(pk=actor.person_id))
    spaces = spaces_that_may_hold(actor).select_for_update(no_key=True).order_by("pk")
    for space in spaces:
        holds = space.slug in slugs
        if holds != space.holds_first_posts:
            space.holds_first_posts = holds
            space.save(update_fields=["holds_first_posts"])
            action = LoggedAction.HOLD_FIRST_POSTS if holds else LoggedAction.PASS_FIRST_POSTS
            record_action(action, actor.person_id, reason=space.name)


def _lock_held(post: Post, actor: Viewer) -> tuple[Thread, Post]:
    thread = _lock_thread(post, actor)
    require_moderator(actor)
    require_animator(User(pk=actor.person_id))  # Who may have waited for the lock.
    post = thread.posts.visible_to(actor, visibility.held_posts).get(pk=post.pk)
    require(post.author_id != actor.person_id, no_own_measure())
    assert actor.person_id is not None  # An animator has an account.
    require_unclaimed(SOURCE, post.pk, actor.person_id)
    return thread, post


def _lock_thread(post: Post, actor: Viewer, *, writes: bool = True) -> Thread:
    rule = visibility.threads_with_removed
    return thread_for_update(post.thread_id, actor, rule, writes=writes)
