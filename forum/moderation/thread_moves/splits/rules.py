"""Who may give posts of a thread a thread of their own."""

from collections.abc import Collection

from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.conversation.threads.models import Post, Thread


def may_split(viewer: Viewer, thread: Thread, posts: Collection[Post]) -> bool:
    """Whether ``viewer`` may split off ``posts``: animators any, others one reply of theirs.

    Not the accepted answer, which settles somebody else's question, and not in a thread that
    is closed to them.
    """
    if rules.may_pin_or_move(viewer, thread):
        return True
    return len(posts) == 1 and all(may_split_own(viewer, thread, post) for post in posts)


def may_split_own(viewer: Viewer, thread: Thread, post: Post) -> bool:
    """Whether ``viewer`` may make a question of their own of ``post``, a reply of theirs."""
    is_writer = rules.may_start_thread(viewer, thread.space) and rules.may_reply(viewer, thread)
    is_own = rules.is_author(viewer, post) and post.is_shown and post.number > 1
    return is_writer and is_own and thread.accepted_id != post.pk
