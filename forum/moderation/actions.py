"""What animators do, where they read: hide, restore, lock, pin, move."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum import events, rules, visibility
from forum.spaces.models import Shelf, Space
from forum.threads.acting import demand, locked, why_only_read
from forum.threads.actions import withdraw_if_empty


@transaction.atomic(durable=True)
def hide_post(post, actor, reason):
    """Take ``post`` out of sight, keeping its number and a line; return the thread."""
    thread = locked(post.thread_id, actor)
    _demand_moderator(actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    post.hidden_at, post.hidden_by_id = timezone.now(), actor.person_id
    post.hiding_reason = reason
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    events.record(thread, post, changed=withdraw_if_empty(thread, post))
    return thread


@transaction.atomic(durable=True)
def restore_post(post, actor):
    """Show ``post`` again, and its thread if it had left with it; return the thread."""
    thread = locked(post.thread_id, actor, visibility.in_withdrawn)
    _demand_moderator(actor)
    post = thread.posts.visible_to(actor, visibility.withheld).get(pk=post.pk)
    post.hidden_at = post.hidden_by = None
    post.hiding_reason = ""
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    if thread.withdrawn_at:
        thread.withdrawn_at = None
        Shelf.count({(thread.space_id, thread.topic_id): 1})
    events.record(thread, post, changed=["withdrawn_at"])
    return thread


@transaction.atomic(durable=True)
def lock_thread(thread, actor, locked_now):
    """Close ``thread`` to replies, or open it again; return it."""
    thread = locked(thread.pk, actor)
    _demand_moderator(actor)
    thread.is_locked = locked_now
    events.record(thread, changed=["is_locked"])
    return thread


@transaction.atomic(durable=True)
def pin_thread(thread, actor, pinned):
    """Keep ``thread`` on top of its lists, or let it go; return it."""
    thread = locked(thread.pk, actor)
    _demand_moderator(actor)
    demand(rules.may_arrange(actor, thread), why_only_read(thread.space))
    thread.is_pinned = pinned
    events.record(thread, changed=["is_pinned"])
    return thread


@transaction.atomic(durable=True)
def move_thread(thread, actor, space):
    """Change who reads ``thread`` by moving it to ``space``; return it."""
    thread = locked(thread.pk, actor)
    _demand_moderator(actor)
    demand(rules.may_arrange(actor, thread), why_only_read(thread.space))
    space = Space.objects.visible_to(actor, visibility.writable).get(pk=space.pk)
    left = thread.space_id
    if left == space.pk:
        return thread
    Shelf.count({(left, thread.topic_id): -1, (space.pk, thread.topic_id): 1})
    thread.space = space
    events.record(thread, changed=["space"], spaces=[left])
    return thread


def _demand_moderator(actor):
    demand(rules.may_moderate(actor), _("Ceci revient à l’équipe d’animation."))
