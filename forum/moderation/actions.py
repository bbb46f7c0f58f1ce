"""Hiding and restoring posts; locking and pinning threads.

Each raises DoesNotExist where the actor does not see the thread or post, and Refused where
they may not do it.
"""

from django.db import transaction
from django.utils import timezone

from accounts.viewers.viewers import Viewer
from forum import events, rules, visibility
from forum.rules import read_only_reason, require, require_moderator
from forum.spaces.models import ThreadCount
from forum.threads.actions import remove_if_empty
from forum.threads.models import Post, Thread
from forum.threads.queries import thread_for_update


@transaction.atomic(durable=True)
def hide_post(post: Post, actor: Viewer, reason: str) -> Thread:
    """Hide the text of ``post``, leaving its number and a line; return the thread."""
    thread = thread_for_update(post.thread_id, actor)
    require_moderator(actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    post.hidden_at, post.hidden_by_id = timezone.now(), actor.person_id
    post.hiding_reason = reason
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    events.record(thread, post, changed=remove_if_empty(thread, post))
    return thread


@transaction.atomic(durable=True)
def restore_post(post: Post, actor: Viewer) -> Thread:
    """Show a hidden ``post`` again, and its thread if it was removed; return the thread."""
    thread = thread_for_update(post.thread_id, actor, visibility.threads_with_removed)
    require_moderator(actor)
    post = thread.posts.visible_to(actor, visibility.hidden_posts).get(pk=post.pk)
    post.hidden_at = post.hidden_by = None
    post.hiding_reason, post.restored_at = "", timezone.now()
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason", "restored_at"])
    if thread.removed_at:
        thread.removed_at = None
        ThreadCount.add({(thread.space_id, thread.topic_id): 1})
    events.record(thread, post, changed=["removed_at"])
    return thread


@transaction.atomic(durable=True)
def lock_thread(thread: Thread, actor: Viewer, is_locked: bool) -> Thread:
    """Close ``thread`` to replies, or open it to them again; return it."""
    thread = thread_for_update(thread.pk, actor)
    require_moderator(actor)
    thread.is_locked = is_locked
    events.record(thread, changed=["is_locked"])
    return thread


@transaction.atomic(durable=True)
def pin_thread(thread: Thread, actor: Viewer, is_pinned: bool) -> Thread:
    """Keep ``thread`` at the top of its lists, or no longer; return it."""
    thread = thread_for_update(thread.pk, actor)
    require_moderator(actor)
    require(rules.may_pin_or_move(actor, thread), read_only_reason(thread.space))
    thread.is_pinned = is_pinned
    events.record(thread, changed=["is_pinned"])
    return thread
