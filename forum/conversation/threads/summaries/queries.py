"""The summary of a thread as its page, its form and its versions show it."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.rules import Refused
from forum.conversation.threads.models import Thread
from forum.conversation.threads.summaries.models import Summary

#: Shown replies from which on a summary is proposed.
MIN_REPLIES = 10


class SummaryConflict(Refused):
    """The summary changed since the editor read it; ``current`` is the one of today."""

    def __init__(self, current: Summary) -> None:
        super().__init__(_("Ce résumé a été modifié depuis que vous l’avez ouvert."))
        self.current = current


class EditedSummary(NamedTuple):
    """What the form of a summary begins with; ``is_shown``: whether the thread has one."""

    text: str
    version: int
    is_shown: bool


def summary_of(viewer: Viewer, thread: Thread) -> Summary | None:
    """The summary that ``thread`` shows to ``viewer``, with its author."""
    seen = Summary.objects.visible_to(viewer).filter(thread=thread)
    return seen.select_related("author").first()


def carried_summary(viewer: Viewer, thread: Thread, into: Thread) -> Summary | None:
    """The summary of ``thread``, if ``into`` shows it once ``thread`` is merged into it.

    Not where ``into`` has, or had, one of its own, nor where it has changed its readers since.
    """
    summary = summary_of(viewer, thread)
    if summary is None or Summary.objects.filter(thread=into).exists():
        return None
    return None if into.moved_at and summary.written_at <= into.moved_at else summary


def edited_summary(viewer: Viewer, thread: Thread) -> EditedSummary:
    """What ``viewer`` edits: what ``thread`` shows, or what they wrote before it moved."""
    if summary := summary_of(viewer, thread):
        return EditedSummary(summary.text, summary.version, is_shown=True)
    saved = Summary.objects.filter(thread=thread).first()
    if saved is None:
        return EditedSummary("", 0, is_shown=False)
    is_own = saved.author_id == viewer.person_id
    return EditedSummary(saved.text if is_own else "", saved.version, is_shown=False)


def offers_summary(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` is led to the form: of a long thread, or of one that has a summary.

    ``thread`` was read for its page.
    """
    is_wanted = bool(vars(thread)["summary_mark"]) or thread.reply_count >= MIN_REPLIES
    return is_wanted and rules.may_edit_thread(viewer, thread)
