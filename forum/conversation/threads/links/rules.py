"""Who links threads, and takes links away. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.base.rules import may_edit_thread, may_reply

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.links.models import ThreadLink
    from forum.conversation.threads.models import Thread


def may_link(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may link ``thread`` to another, as a reply would."""
    return may_reply(viewer, thread)


def may_say_where_answered(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may say where a question is answered: who asked, and animators."""
    return thread.kind == "question" and may_edit_thread(viewer, thread)


def may_unlink(viewer: Viewer, link: ThreadLink) -> bool:
    """Whether ``viewer`` may remove ``link``: who made it, and who keeps one of its threads."""
    is_own = link.made_by_id == viewer.person_id and may_link(viewer, link.thread)
    return is_own or any(may_edit_thread(viewer, it) for it in (link.thread, link.linked))
