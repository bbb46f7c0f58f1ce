"""Writing the summary of a thread, and taking it away.

One transaction of four steps, which raises as the others do
(``forum/conversation/threads/actions.py``).
"""

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
from forum.conversation.threads.held_edits.actions import drop_held_edit, hold_edit
from forum.conversation.threads.held_edits.models import EditedPart
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import reason_to_hold, thread_for_update
from forum.conversation.threads.revisions.actions import keep_summary
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.shown_readers import require_shown_readers
from forum.conversation.threads.summaries.models import Summary
from forum.conversation.threads.summaries.queries import (
    SummaryConflict,
    carried_summary,
    summary_of,
)


@transaction.atomic(durable=True)
def write_summary(
    thread: Thread,
    actor: Viewer,
    text: str,
    version: int,
    shown_readers: str = "",
    reason: str = "",
) -> Thread:
    """Set the summary of ``thread``, none where ``text`` is empty; return the thread.

    ``version``: of the summary that the editor read, 0 for none. What it said is kept, with
    ``reason``; but not what was written before the thread changed its readers. Of someone
    whose posts wait so does the summary (``held_edits/``).

    Raise SummaryConflict where it has changed since, ReadersChanged where others read it than
    the form showed in ``shown_readers``, and Refused where it quotes what not all of them read.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    why = _("Le résumé est tenu par qui a ouvert le fil et par l’équipe d’animation.")
    require(rules.may_edit_thread(actor, thread), refusal_reason(actor, thread, why))
    saved = Summary.objects.filter(thread=thread).first()
    shown, current = summary_of(actor, thread), saved.version if saved else 0
    if current != version:
        raise SummaryConflict(shown or Summary(version=current))
    is_same = text == (shown.text if shown else "")
    require_quotable_summary(thread, actor, text)
    if text and not is_same and (held_for := _reason_to_hold(actor, thread, text)):
        part = EditedPart.SUMMARY
        hold_edit(thread, actor, held_for, part, text, version=version, reason=reason)
        return thread
    drop_held_edit(thread, actor, EditedPart.SUMMARY)
    if not is_same:
        replace_summary(thread, actor, text, reason)
        events.record(thread)
    return thread


def require_quotable_summary(thread: Thread, actor: Viewer, text: str) -> None:
    """Raise Refused where ``text`` quotes what not all who read ``thread`` read.

    What its summary quotes already it may go on quoting.
    """
    shown = summary_of(actor, thread)
    require_quotable(actor, markup.render(text), thread.space, shown.html if shown else "")


def replace_summary(thread: Thread, actor: Viewer, text: str, reason: str) -> None:
    """Set the summary of ``thread``, in the name of ``actor``; store the former one.

    Part of the transaction that writes it, with the thread locked.
    """
    summary, shown = Summary.objects.filter(thread=thread).first(), summary_of(actor, thread)
    if summary and (shown or not summary.text):
        keep_summary(summary, actor, reason)
    if summary is None:
        summary = Summary(thread=thread, version=0)
    assert actor.person_id is not None  # Who writes has an account.
    now = timezone.now()
    if shown is None and summary.text:
        summary.created_at = now
    summary.text, summary.html = text, markup.render(text) if text else ""
    summary.author_id, summary.written_at = actor.person_id, now
    summary.version += 1
    summary.save()
    if not rules.owns_thread(actor, thread):
        record_action(
            LoggedAction.EDIT_SUMMARY,
            actor.person_id,
            person_id=thread.author_id,
            thread_id=thread.pk,
            reason=reason,
        )


def carry_summary(thread: Thread, into: Thread, actor: Viewer) -> None:
    """Give ``into``, if it never had a summary, that of ``thread``, with its versions.

    Part of the transaction that merges ``thread`` into it. Versions that the readers of
    ``thread`` do not read any more stay out of sight.
    """
    if (carried := carried_summary(actor, thread, into)) is None:
        return
    Summary.objects.filter(pk=carried.pk).update(thread=into)
    former = Revision.objects.filter(thread=thread, of_summary=True)
    if thread.moved_at:
        former.filter(edited_at__lte=thread.moved_at).update(is_withheld=True)
    former.update(thread=into)


def _reason_to_hold(actor: Viewer, thread: Thread, text: str) -> str:
    return reason_to_hold(actor, thread.space, markup.render(text))
