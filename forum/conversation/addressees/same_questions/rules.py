"""Who may say that they have the same question. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.base.rules import may_reply

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Thread


def may_have_same_question(viewer: Viewer, thread: Thread) -> bool:
    """Who may reply to a question says it for the organisation that they write for.

    Not for the one that asks; the database knows which that is.
    """
    return (
        thread.kind == "question" and viewer.seat_id is not None and may_reply(viewer, thread)
    )
