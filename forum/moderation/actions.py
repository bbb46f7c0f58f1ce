"""Hiding and restoring posts; locking, slowing and pinning threads; ending measures.

Each raises DoesNotExist where the actor does not see the thread or post, and Refused where
they may not do it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Rights, Viewer
from forum.base import events, rules, visibility
from forum.base.rules import read_only_reason, require, require_moderator
from forum.base.spaces.models import ThreadCount
from forum.conversation.threads.edits.actions import remove_if_empty
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_update
from forum.moderation.held_edits.actions import publish_refused_edit
from forum.moderation.measures.actions import (
    close_measures,
    create_measure,
    hiding_reason,
    lift_from_person,
    no_own_measure,
    require_in_force,
)
from forum.moderation.measures.models import Measure, MeasureKind, ModerationReason
from forum.moderation.organisations.actions import restore_organisation

if TYPE_CHECKING:
    from forum.base.visibility import Rule


@transaction.atomic(durable=True)
def hide_post(
    post: Post,
    actor: Viewer,
    facts: str,
    reason: ModerationReason | None = None,
    report_id: int | None = None,
) -> Thread:
    """Hide the text of ``post``, leaving its number and a line; return the thread.

    Its author reads ``facts`` and the reason in the statement of the measure. Nobody hides
    their own: they delete it.
    """
    thread = _lock_for_moderator(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    words = _("C’est votre message : vous pouvez le supprimer.")
    require(post.author_id != actor.person_id, words)
    post.hidden_at, post.hidden_by_id = timezone.now(), actor.person_id
    post.hiding_reason = hiding_reason(facts)
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    about: dict[str, Any] = {"person_id": post.author_id, "thread": thread, "post": post}
    about["report_id"] = report_id
    create_measure(MeasureKind.HIDE_POST, actor, facts, reason, **about)
    events.record(thread, post, changed=remove_if_empty(thread, post))
    return thread


@transaction.atomic(durable=True)
def restore_post(post: Post, actor: Viewer, ending_reason: str = "") -> Thread:
    """Show a hidden ``post`` again, and its thread if it was removed; return the thread.

    Not one's own.
    """
    thread = _lock_for_moderator(post.thread_id, actor, visibility.threads_with_removed)
    post = thread.posts.visible_to(actor, visibility.hidden_posts).get(pk=post.pk)
    require(post.author_id != actor.person_id, no_own_measure())
    return _restore(thread, post, actor, ending_reason)


@transaction.atomic(durable=True)
def lock_thread(
    thread: Thread,
    actor: Viewer,
    is_locked: bool,
    facts: str = "",
    reason: ModerationReason | None = None,
    report_id: int | None = None,
) -> Thread:
    """Close ``thread`` to replies, or open it to them again, for ``facts``; return it."""
    thread = _lock_for_moderator(thread.pk, actor)
    if thread.is_locked == is_locked:
        return thread
    if is_locked:
        _impose_on_thread(MeasureKind.LOCK_THREAD, thread, actor, facts, reason, report_id)
    else:
        _end_on_thread(MeasureKind.LOCK_THREAD, thread, actor, facts)
    thread.is_locked = is_locked
    events.record(thread, changed=["is_locked"])
    return thread


@transaction.atomic(durable=True)
def slow_thread(
    thread: Thread,
    actor: Viewer,
    minutes: int,
    facts: str = "",
    reason: ModerationReason | None = None,
    report_id: int | None = None,
) -> Thread:
    """Let each write once in ``minutes`` in ``thread``; 0 ends it. Return the thread."""
    thread = _lock_for_moderator(thread.pk, actor)
    if thread.slow_mode_minutes == minutes:
        return thread
    if thread.slow_mode_minutes:
        _end_on_thread(MeasureKind.SLOW_MODE, thread, actor, facts)
    if minutes:
        _impose_on_thread(MeasureKind.SLOW_MODE, thread, actor, facts, reason, report_id)
    thread.slow_mode_minutes = minutes
    events.record(thread, changed=["slow_mode_minutes"])
    return thread


@transaction.atomic(durable=True)
def pin_thread(thread: Thread, actor: Viewer, is_pinned: bool) -> Thread:
    """Keep ``thread`` at the top of its lists, or no longer; return it."""
    thread = _lock_for_moderator(thread.pk, actor)
    require(rules.may_pin_or_move(actor, thread), read_only_reason(thread.space))
    if thread.is_pinned != is_pinned:
        pinned = LoggedAction.PIN_THREAD if is_pinned else LoggedAction.UNPIN_THREAD
        record_action(pinned, actor.person_id, thread_id=thread.pk)
    thread.is_pinned = is_pinned
    events.record(thread, changed=["is_pinned"])
    return thread


def lift_measure(measure: Measure, actor: Viewer, ending_reason: str) -> Measure:
    """End ``measure`` and what it did, in the action's own transaction; return it.

    Whoever decides about an appeal may not read where the thread is: a measure is ended in
    whatever space. Nobody ends one that concerns themselves.
    """
    require_moderator(actor)
    require(measure.person_id != actor.person_id, no_own_measure())
    _LIFTED_BY[MeasureKind(measure.kind)](measure, actor, ending_reason)
    return Measure.objects.get(pk=measure.pk)


end_measure = transaction.atomic(durable=True)(lift_measure)


def _lock_for_moderator(
    thread_id: int | None, actor: Viewer, rule: Rule = visibility.threads
) -> Thread:
    """The thread, locked; raise where the animator is one no more after waiting for it."""
    thread = thread_for_update(thread_id, actor, rule)
    require_moderator(actor)
    require_animator(User(pk=actor.person_id))
    return thread


def _impose_on_thread(
    kind: MeasureKind,
    thread: Thread,
    actor: Viewer,
    facts: str,
    reason: ModerationReason | None,
    report_id: int | None,
) -> Measure:
    """Take a measure on a thread; it concerns who opened it, unless they take it."""
    concerned = None if thread.author_id == actor.person_id else thread.author_id
    about: dict[str, Any] = {"thread": thread, "person_id": concerned, "report_id": report_id}
    return create_measure(kind, actor, facts or str(kind.label), reason, **about)


def _end_on_thread(
    kind: MeasureKind, thread: Thread, actor: Viewer, ending_reason: str
) -> None:
    """End what is in force of ``kind`` on a thread, unless it concerns the animator."""
    own = Measure.objects.in_force().filter(kind=kind, thread=thread, person=actor.person_id)
    require(not own.exists(), no_own_measure())
    close_measures(kind, actor, ending_reason, thread=thread)


def _restore(thread: Thread, post: Post, actor: Viewer, ending_reason: str) -> Thread:
    post.hidden_at = post.hidden_by = None
    post.hiding_reason, post.restored_at = "", timezone.now()
    post.save(update_fields=["hidden_at", "hidden_by", "hiding_reason", "restored_at"])
    if thread.removed_at:
        thread.removed_at = None
        ThreadCount.add({(thread.space_id, thread.topic_id): 1})
    about: dict[str, Any] = {"post": post, "thread": thread, "person_id": post.author_id}
    close_measures(MeasureKind.HIDE_POST, actor, ending_reason, **about)
    events.record(thread, post, changed=["removed_at"])
    return thread


def _any_thread(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The rule of whoever ends a measure: of what they do not read they are shown nothing."""
    return Q((f"{prefix}pk__isnull", False))


def _lift_hiding(measure: Measure, actor: Viewer, ending_reason: str) -> None:
    thread = _lock_for_moderator(measure.thread_id, actor, _any_thread)
    require_in_force(measure)
    hidden = thread.posts.filter(hidden_at__isnull=False, deleted_at=None)
    post = hidden.filter(Q(("pk", measure.post_id))).first()
    if post is None:  # Its author has deleted it.
        about: dict[str, Any] = {"post": measure.post_id}
        close_measures(MeasureKind.HIDE_POST, actor, ending_reason, **about)
    else:
        _restore(thread, post, actor, ending_reason)


def _lift_edit_refusal(measure: Measure, actor: Viewer, ending_reason: str) -> None:
    thread = _lock_for_moderator(measure.thread_id, actor, _any_thread)
    require_in_force(measure)
    close_measures(MeasureKind.REFUSE_EDIT, actor, ending_reason, pk=measure.pk)
    publish_refused_edit(measure, thread)


def _lift_from_thread(measure: Measure, actor: Viewer, ending_reason: str) -> None:
    thread = _lock_for_moderator(measure.thread_id, actor, _any_thread)
    require_in_force(measure)
    close_measures(MeasureKind(measure.kind), actor, ending_reason, thread=thread)
    if measure.kind == MeasureKind.LOCK_THREAD:
        thread.is_locked = False
        events.record(thread, changed=["is_locked"])
    else:
        thread.slow_mode_minutes = 0
        events.record(thread, changed=["slow_mode_minutes"])


def _take_back(measure: Measure, actor: Viewer, ending_reason: str) -> None:
    lock_row(Measure, measure.pk)
    require_in_force(measure)
    close_measures(MeasureKind(measure.kind), actor, ending_reason, pk=measure.pk)


_LIFTED_BY: dict[MeasureKind, Callable[[Measure, Viewer, str], None]] = {
    MeasureKind.HIDE_POST: _lift_hiding,
    MeasureKind.REFUSE_EDIT: _lift_edit_refusal,
    MeasureKind.LOCK_THREAD: _lift_from_thread,
    MeasureKind.SLOW_MODE: _lift_from_thread,
    MeasureKind.WARN: _take_back,
    MeasureKind.REMOVE_PHOTO: _take_back,
    MeasureKind.SILENCE: lift_from_person,
    MeasureKind.SUSPEND: lift_from_person,
    MeasureKind.STRIKE_ORGANISATION: restore_organisation,
}
