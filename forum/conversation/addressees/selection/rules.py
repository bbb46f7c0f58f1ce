"""Who may put a question to others afterwards. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.base.rules import may_pin_or_move, may_start_thread, owns_thread

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Thread


def may_ask_others(viewer: Viewer, thread: Thread) -> bool:
    """The owner of an open question, who is a member, and animators."""
    if thread.kind != "question" or thread.is_resolved or thread.is_locked:
        return False
    is_owner = owns_thread(viewer, thread) and may_start_thread(viewer, thread.space)
    return viewer.is_member and (is_owner or may_pin_or_move(viewer, thread))
