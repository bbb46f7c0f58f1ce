"""Who may thank for a post, and who is told who did. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.base.rules import is_author, may_reply

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Post, Thread


def may_thank(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whoever may reply in the thread thanks for a shown post of somebody else."""
    return post.is_shown and may_reply(viewer, thread) and not is_author(viewer, post)


def may_read_who_thanked(viewer: Viewer, post: Post) -> bool:
    """Names of others are for members; and whom they thank is told."""
    return viewer.is_member or is_author(viewer, post)
