"""Saying how a question was settled otherwise than by an answer, and taking that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, markup, rules
from forum.base.rules import refusal_reason, require
from forum.conversation.mentions.quotations import require_quotable
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.settlements.models import Settlement
from forum.conversation.threads.shown_readers import require_shown_readers


@transaction.atomic(durable=True)
def settle_question(
    thread: Thread, actor: Viewer, text: str, shown_readers: str = ""
) -> Thread:
    """Settle the question of ``thread`` by ``text``; return it. Its head shows that.

    The settlement before ends, and is stored; an accepted answer is so no more. Raise Refused
    where ``actor`` may not accept an answer, or quotes what not all readers of ``thread`` read,
    and ReadersChanged where others read it than the form showed in ``shown_readers``.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    why = _("C’est à qui pose la question de dire comment elle a été réglée.")
    require(rules.may_accept_answer(actor, thread), refusal_reason(actor, thread, why))
    current = Settlement.objects.filter(thread=thread, ended_at=None).first()
    if current and current.text == text:
        return thread
    html = markup.render(text)
    require_read_posts(actor, thread.space, html)
    require_quotable(actor, html, thread.space, markup.render(current.text if current else ""))
    end_settlement(thread)
    assert actor.person_id is not None  # Who writes has an account.
    settlement = Settlement.objects.create(thread=thread, person_id=actor.person_id, text=text)
    before, thread.accepted = thread.accepted, None
    thread.settled_at = settlement.settled_at
    if not rules.owns_thread(actor, thread):
        record_action(
            LoggedAction.SETTLE_QUESTION,
            actor.person_id,
            person_id=thread.author_id,
            thread_id=thread.pk,
        )
    events.record(thread, before, changed=["accepted", "settled_at"])
    return thread


def end_settlement(thread: Thread) -> None:
    """End the settlement of ``thread``, which is locked; the caller saves ``settled_at``."""
    thread.settled_at = None
    Settlement.objects.filter(thread=thread, ended_at=None).update(ended_at=timezone.now())


def carry_settlement(thread: Thread, into: Thread) -> None:
    """Settle ``into``, if it is not settled, as ``thread`` is; the caller saves it.

    Part of the transaction that merges ``thread`` into it.
    """
    if into.is_resolved or thread.settled_at is None or into.kind != "question":
        return
    Settlement.objects.filter(thread=thread, ended_at=None).update(thread=into)
    into.settled_at = thread.settled_at


def leave_settlement(thread: Thread) -> None:
    """Take away the words of who has not asked the question, as ``thread`` changes its readers.

    Who asked it has agreed that others read what they wrote.
    """
    words = Settlement.objects.filter(thread=thread).exclude(text="")
    words.exclude(person=thread.author_id).update(text="")
    words.exclude(ended_at=None).update(text="")
