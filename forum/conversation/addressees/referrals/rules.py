"""Who may pass a question on, or decline it. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.base.rules import may_moderate, may_reply

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Thread


def may_answer_for(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer``, whom ``thread`` concerns, may decline it or pass it on.

    Members may, while the question is open and they may reply. Whom it concerns is asked of the
    database (``addressees.queries.concerns``).
    """
    is_open = thread.kind == "question" and not thread.is_resolved and not thread.is_locked
    return is_open and viewer.is_member and may_reply(viewer, thread)


def may_remove_words(viewer: Viewer) -> bool:
    """Whether ``viewer`` may take back that somebody declined, whose words all readers see."""
    return may_moderate(viewer)
