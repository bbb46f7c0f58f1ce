"""Accepting an answer of a question, and taking that back."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, rules
from forum.base.rules import refusal_reason, require
from forum.conversation.questions.models import AcceptedAnswer
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.settlements.actions import end_settlement


@transaction.atomic(durable=True)
def accept_answer(post: Post, actor: Viewer) -> Thread:
    """Make ``post`` the accepted answer of its thread, in place of what settled it before.

    Return the thread. Raise DoesNotExist where ``actor`` does not see the post, and Refused
    where they may not accept it.
    """
    thread = thread_for_update(post.thread_id, actor)
    post = thread.posts.visible_to(actor).get(pk=post.pk)
    _require_may_accept(actor, thread)
    require(post.number > 1, _("La question n’est pas sa propre réponse."))
    _record(LoggedAction.ACCEPT_ANSWER, actor, thread, post.pk)
    if thread.accepted_id != post.pk:
        _note(thread, post)
    return _set_accepted(thread, post)


@transaction.atomic(durable=True)
def unaccept_answer(thread: Thread, actor: Viewer) -> Thread:
    """Leave ``thread`` without an accepted answer, or settled otherwise no more; return it."""
    thread = thread_for_update(thread.pk, actor)
    _require_may_accept(actor, thread)
    _record(LoggedAction.UNACCEPT_ANSWER, actor, thread, thread.accepted_id)
    return _set_accepted(thread, None)


def _require_may_accept(actor: Viewer, thread: Thread) -> None:
    reason = refusal_reason(actor, thread, _("Qui pose la question retient la réponse."))
    require(rules.may_accept_answer(actor, thread), reason)


def _record(action: LoggedAction, actor: Viewer, thread: Thread, post_id: int | None) -> None:
    """Note in the log what an animator decides of a question that is not theirs."""
    if not rules.owns_thread(actor, thread):
        record_action(
            action,
            actor.person_id,
            person_id=thread.author_id,
            thread_id=thread.pk,
            post_id=post_id,
        )


def _note(thread: Thread, post: Post) -> None:
    """Note since when it is, where its author did not ask the question."""
    AcceptedAnswer.objects.filter(thread=thread).delete()
    if post.author_id != thread.author_id:
        AcceptedAnswer.objects.create(thread=thread, post=post, author_id=post.author_id)


def _set_accepted(thread: Thread, post: Post | None) -> Thread:
    before = thread.accepted
    if before == post and thread.settled_at is None:
        return thread
    thread.accepted = post
    end_settlement(thread)
    if before and post:
        events.record(thread, before)
    events.record(thread, post or before, changed=["accepted", "settled_at"])
    return thread
