"""What animators do, where they read: hide, restore, lock, pin, move."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum import events, rules, visibility
from forum.rules import read_only_reason, require
from forum.spaces.models import Space, ThreadCount
from forum.threads.actions import remove_if_empty
from forum.threads.queries import thread_for_update


@transaction.atomic(durable=True)
def hide_post(post, actor, reason):
    """Take ``post`` out of sight, keeping its number and a line; return the thread."""
    thread = thread_for_update(post.thread_id, actor)
    _require_moderator(actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    post.hidden_at, post.hidden_by_id = timezone.now(), actor.person_id
    post.hiding_reason = reason
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    events.record(thread, post, changed=remove_if_empty(thread, post))
    return thread


@transaction.atomic(durable=True)
def restore_post(post, actor):
    """Show ``post`` again, and its thread if it had left with it; return the thread."""
    thread = thread_for_update(post.thread_id, actor, visibility.threads_with_removed)
    _require_moderator(actor)
    post = thread.posts.visible_to(actor, visibility.hidden_posts).get(pk=post.pk)
    post.hidden_at = post.hidden_by = None
    post.hiding_reason = ""
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    if thread.removed_at:
        thread.removed_at = None
        ThreadCount.add({(thread.space_id, thread.topic_id): 1})
    events.record(thread, post, changed=["removed_at"])
    return thread


@transaction.atomic(durable=True)
def lock_thread(thread, actor, is_locked):
    """Close ``thread`` to replies, or open it again; return it."""
    thread = thread_for_update(thread.pk, actor)
    _require_moderator(actor)
    thread.is_locked = is_locked
    events.record(thread, changed=["is_locked"])
    return thread


@transaction.atomic(durable=True)
def pin_thread(thread, actor, pinned):
    """Keep ``thread`` on top of its lists, or let it go; return it."""
    thread = thread_for_update(thread.pk, actor)
    _require_moderator(actor)
    require(rules.may_pin_or_move(actor, thread), read_only_reason(thread.space))
    thread.is_pinned = pinned
    events.record(thread, changed=["is_pinned"])
    return thread


@transaction.atomic(durable=True)
def move_thread(thread, actor, space):
    """Change who reads ``thread`` by moving it to ``space``; return it."""
    thread = thread_for_update(thread.pk, actor)
    _require_moderator(actor)
    require(rules.may_pin_or_move(actor, thread), read_only_reason(thread.space))
    space = Space.objects.visible_to(actor, visibility.writable_spaces).get(pk=space.pk)
    left = thread.space_id
    if left == space.pk:
        return thread
    ThreadCount.add({(left, thread.topic_id): -1, (space.pk, thread.topic_id): 1})
    thread.space = space
    events.record(thread, changed=["space"], spaces=[left])
    return thread


def _require_moderator(actor):
    require(rules.may_moderate(actor), _("Ceci revient à l’équipe d’animation."))
