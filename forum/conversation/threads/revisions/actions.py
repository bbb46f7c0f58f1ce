"""Keeping what is replaced; asking that it be blanked, blanking it and refusing to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.review_queue.actions import require_unclaimed
from accounts.viewers.viewers import Viewer
from forum.base.rules import require, require_moderator
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.revisions.queries import SOURCE
from forum.conversation.threads.revisions.rules import may_ask_to_blank, may_decide

if TYPE_CHECKING:
    from forum.conversation.threads.summaries.models import Summary


def keep_text(post: Post, actor: Viewer, reason: str) -> None:
    """Store the text of ``post``, which ``actor`` is about to replace in this transaction.

    Of a wiki post, who wrote that text answers for it. What a move withholds was for nobody
    else, and stays so.
    """
    assert actor.person_id is not None  # Who writes has an account.
    Revision.objects.create(
        thread_id=post.thread_id, post=post, version=post.version, text=post.text,
        author_id=post.edited_by_id or post.author_id, edited_by_id=actor.person_id,
        reason=reason, is_withheld=post.withheld_move_id is not None,
    )  # fmt: skip


def keep_title(thread: Thread, actor: Viewer, reason: str) -> None:
    """Store the title of ``thread``, likewise."""
    assert actor.person_id is not None  # Who writes has an account.
    Revision.objects.create(
        thread=thread, text=thread.title, author_id=thread.author_id,
        edited_by_id=actor.person_id, reason=reason,
    )  # fmt: skip


def keep_summary(summary: Summary, actor: Viewer, reason: str) -> None:
    """Store the text of ``summary``, likewise; who wrote it answers for it."""
    assert actor.person_id is not None  # Who writes has an account.
    Revision.objects.create(
        thread_id=summary.thread_id, of_summary=True, version=summary.version,
        text=summary.text, author_id=summary.author_id, edited_by_id=actor.person_id,
        reason=reason,
    )  # fmt: skip


@transaction.atomic(durable=True)
def ask_to_blank(revision: Revision, actor: Viewer, reason: str) -> Revision:
    """Ask the animators to blank it, for what its author ``actor`` says; return it.

    These actions raise DoesNotExist where they do not see it, and Refused where they may not.
    """
    revision = _lock(revision, actor)
    require(may_ask_to_blank(actor, revision), _("Cette version n’est pas à effacer."))
    if revision.asked_at is None:
        revision.asked_at, revision.refused_at, revision.refusal = timezone.now(), None, ""
    revision.request_reason = reason
    revision.save(update_fields=["asked_at", "request_reason", "refused_at", "refusal"])
    return revision


@transaction.atomic(durable=True)
def blank(revision: Revision, actor: Viewer) -> Revision:
    """Blank its text and what was said of it, whether or not its author asked; return it."""
    revision = _lock_to_decide(revision, actor)
    revision.text = revision.reason = revision.request_reason = revision.refusal = ""
    revision.blanked_at, revision.blanked_by_id = timezone.now(), actor.person_id
    revision.asked_at = revision.refused_at = None
    revision.save()
    _record(LoggedAction.BLANK_VERSION, actor, revision)
    return revision


@transaction.atomic(durable=True)
def refuse_to_blank(revision: Revision, actor: Viewer, refusal: str) -> Revision:
    """Leave it as it is, for a reason that its author, who asked, reads; return it."""
    revision = _lock_to_decide(revision, actor)
    require(revision.asked_at is not None, _("Personne ne demande de l’effacer."))
    revision.asked_at, revision.refused_at = None, timezone.now()
    revision.refusal = refusal
    revision.save(update_fields=["asked_at", "refused_at", "refusal"])
    _record(LoggedAction.KEEP_VERSION, actor, revision, refusal)
    return revision


def _lock(revision: Revision, actor: Viewer) -> Revision:
    thread = thread_for_update(revision.thread_id, actor, writes=False)
    return thread.revisions.visible_to(actor).get(pk=revision.pk)


def _lock_to_decide(revision: Revision, actor: Viewer) -> Revision:
    revision = _lock(revision, actor)
    require_moderator(actor)
    require(may_decide(actor, revision), _("Cette version n’est pas à vous d’effacer."))
    assert actor.person_id is not None  # An animator has an account.
    require_unclaimed(SOURCE, revision.pk, actor.person_id)
    return revision


def _record(action: LoggedAction, actor: Viewer, revision: Revision, reason: str = "") -> None:
    record_action(
        action,
        actor.person_id,
        person_id=revision.author_id,
        thread_id=revision.thread_id,
        post_id=revision.post_id,
        reason=reason,
    )
