"""Publishing, refusing and withdrawing edits that wait.

Each raises DoesNotExist where the actor does not see the edit, or it waits no more, and Refused
where they may not decide.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.review_queue.actions import require_unclaimed
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base import events, rules, visibility
from forum.base.rules import Refused, require, require_moderator
from forum.conversation.mentions.actions import render_post
from forum.conversation.mentions.quotations import require_quotable
from forum.conversation.threads.edits.actions import replace_text, set_head
from forum.conversation.threads.held_edits.models import EditedPart, HeldEdit
from forum.conversation.threads.held_edits.queries import hash_of_head
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import EditConflict, thread_for_update
from forum.conversation.threads.summaries.actions import (
    replace_summary,
    require_quotable_summary,
)
from forum.conversation.threads.summaries.models import Summary
from forum.moderation.held_edits.queries import SOURCE
from forum.moderation.measures.actions import create_measure, no_own_measure
from forum.moderation.measures.models import Measure, MeasureKind, ModerationReason
from forum.moderation.thread_moves.consents import gained_readers_since


@transaction.atomic(durable=True)
def approve_edit(edit: HeldEdit, actor: Viewer) -> HeldEdit:
    """Make ``edit``, which waits, as whoever sent it; return it.

    Raise EditConflict where somebody has changed what it replaces, and Refused where its author
    could not make it any more.
    """
    thread, edit = _lock_waiting(edit, actor)
    _publish(edit, thread)
    about: dict[str, Any] = {
        "person_id": edit.author_id,
        "thread_id": thread.pk,
        "post_id": edit.post_id,
    }
    record_action(LoggedAction.APPROVE_EDIT, actor.person_id, **about)
    return edit


@transaction.atomic(durable=True)
def refuse_edit(
    edit: HeldEdit,
    actor: Viewer,
    facts: str,
    reason: ModerationReason | None = None,
    report_id: int | None = None,
) -> HeldEdit:
    """Leave what stands, by a measure that the author of ``edit`` reads; return it."""
    thread, edit = _lock_waiting(edit, actor)
    about: dict[str, Any] = {"person_id": edit.author_id, "thread": thread, "post": edit.post}
    edit.measure = create_measure(
        MeasureKind.REFUSE_EDIT, actor, facts, reason, report_id=report_id, **about
    )
    edit.save(update_fields=["measure"])
    return edit


@transaction.atomic(durable=True)
def withdraw_edit(edit: HeldEdit, actor: Viewer) -> None:
    """Take back one's own ``edit``, which waits."""
    thread_for_update(edit.post.thread_id, actor, writes=False)
    own = HeldEdit.objects.visible_to(actor).filter(author=actor.person_id)
    own.get(pk=edit.pk).delete()


def publish_refused_edit(measure: Measure, thread: Thread) -> None:
    """Make the edit that ``measure`` refused, if it still can be: part of what ends that.

    What was changed since by somebody stays, and its author sends another.
    """
    refused = HeldEdit.objects.select_related("post", "author").filter(measure=measure)
    edit = refused.filter(post__deleted_at=None, post__thread=thread).first()
    if edit is not None:
        try:
            _publish(edit, thread)
        except Refused:
            return


def _publish(edit: HeldEdit, thread: Thread) -> None:
    author = viewer_of_person(edit.author)
    edit.post.thread = thread
    words = _("Ce fil a plus de lecteurs que lorsque ceci a été écrit : son auteur l’envoie de "
              "nouveau s’il le veut.")  # fmt: skip
    require(not gained_readers_since(thread, edit.held_at), words)
    _PUBLISHED_BY[EditedPart(edit.part)](edit, thread, author)
    HeldEdit.objects.filter(pk=edit.pk).update(
        approved_at=timezone.now(), text="", tags="", head="", reason="", source=""
    )


def _publish_text(edit: HeldEdit, thread: Thread, author: Viewer) -> None:
    post = edit.post
    require(rules.may_edit_post(author, post, thread), _no_longer())
    if post.version != edit.version:
        raise EditConflict(post)
    body = render_post(edit.text, author, thread, post.idempotency_key)
    require_quotable(author, body.html, thread.space, post.html)
    replace_text(post, author, edit.text, body, edit.reason, edit.source)
    events.record(thread, post)


def _publish_title(edit: HeldEdit, thread: Thread, author: Viewer) -> None:
    require(rules.may_edit_thread(author, thread), _no_longer())
    if edit.head != hash_of_head(thread):
        words = _("Le titre ou les mots-clés de ce fil ont été modifiés depuis : qui a écrit "
                  "ceux-ci peut les reprendre.")  # fmt: skip
        raise EditConflict(edit.post, words)
    tags = edit.tags.split(", ") if edit.tags else []
    head: dict[str, Any] = {
        "title": edit.text,
        "topic": thread.topic,
        "tags": tags,
        "reason": edit.reason,
    }
    events.record(thread, changed=set_head(thread, author, **head))


def _publish_summary(edit: HeldEdit, thread: Thread, author: Viewer) -> None:
    require(rules.may_edit_thread(author, thread), _no_longer())
    summary = Summary.objects.filter(thread=thread).first()
    words = _("Ce résumé a été modifié depuis : son auteur peut reprendre le sien.")
    require((summary.version if summary else 0) == edit.version, words)
    require_quotable_summary(thread, author, edit.text)
    replace_summary(thread, author, edit.text, edit.reason)
    events.record(thread)


_PUBLISHED_BY = {
    EditedPart.TEXT: _publish_text,
    EditedPart.TITLE: _publish_title,
    EditedPart.SUMMARY: _publish_summary,
}


def _no_longer() -> str:
    return _("Son auteur ne peut plus faire cette modification : elle ne peut qu’être refusée.")


def _lock_waiting(edit: HeldEdit, actor: Viewer) -> tuple[Thread, HeldEdit]:
    thread = thread_for_update(edit.post.thread_id, actor, visibility.threads)
    require_moderator(actor)
    require_animator(User(pk=actor.person_id))  # Who may have waited for the lock.
    waiting = HeldEdit.objects.visible_to(actor).select_related("post", "author")
    edit = waiting.get(pk=edit.pk, post__thread=thread)
    require(edit.author_id != actor.person_id, no_own_measure())
    assert actor.person_id is not None  # An animator has an account.
    require_unclaimed(SOURCE, edit.pk, actor.person_id)
    return thread, edit
