"""Who may thank for a post, and who is told who did. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.base.rules import is_author, may_reply

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Post, Thread


def may_thank(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may thank for ``post``: it is shown, another's, and they may reply."""
    return post.is_shown and may_reply(viewer, thread) and not is_author(viewer, post)


def may_read_who_thanked(viewer: Viewer, post: Post) -> bool:
    """Whether ``viewer`` may read who thanked for ``post``: members, and its author."""
    return viewer.is_member or is_author(viewer, post)
