"""Who may undo a post, and for how long that is offered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from forum.base.rules import UNDO_PERIOD, is_author, is_of_sheet

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.models import Post, Thread

#: For how long a page offers it: whoever presses in the last second is in time.
_OFFERED = timedelta(seconds=30)


def may_undo_post(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """Whether ``viewer`` may undo sending ``post``: its author, for a minute.

    A post that is hidden stays, and so does the one of a sheet. The caller
    sees whether somebody has written after it.
    """
    is_recent = timezone.now() - post.created_at < UNDO_PERIOD
    is_own = is_author(viewer, post) and not is_of_sheet(post, thread)
    return post.is_shown and is_own and is_recent


def is_just_sent(at: datetime) -> bool:
    """Whether pages offer to undo a post that was sent ``at`` a moment."""
    return timezone.now() - at < _OFFERED
