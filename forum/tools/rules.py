"""What may be done about tools. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.rules import is_author, is_read_only, may_moderate, may_reply, may_start_thread

if TYPE_CHECKING:
    from accounts.models import Organisation
    from accounts.viewers.viewers import Viewer
    from forum.files.models import StoredFile
    from forum.threads.models import Post, Thread
    from forum.tools.models import ToolVersion


def may_offer(viewer: Viewer, file: StoredFile, post: Post, thread: Thread) -> bool:
    """Authors offer the documents of their posts where they write; of a closed thread, too."""
    is_own = post.is_shown and is_author(viewer, post)
    return is_own and not file.is_image and may_start_thread(viewer, thread.space)


def may_edit_tool(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """What is said of a version its post's author changes, and animators where they write."""
    if is_read_only(viewer, thread.space):
        return False
    return may_moderate(viewer) or (
        is_author(viewer, post) and may_start_thread(viewer, thread.space)
    )


def may_publish_version(viewer: Viewer, post: Post, thread: Thread) -> bool:
    """The author of what is the latest publishes the next, in the thread that it is in."""
    return is_author(viewer, post) and may_reply(viewer, thread)


def may_say_used(
    viewer: Viewer, version: ToolVersion, organisation: Organisation | None
) -> bool:
    """Who writes for an ``organisation`` says that it uses what another one published."""
    if organisation is None or viewer.silenced_until:
        return False
    is_reader = is_read_only(viewer, version.file.post.thread.space)
    return not (is_reader or is_of_organisation(version, organisation))


def may_read_who_uses(viewer: Viewer) -> bool:
    """The organisations are named to members; guests read how many there are."""
    return viewer.is_member


def is_of_organisation(version: ToolVersion, organisation: Organisation) -> bool:
    """Whether ``version`` was published for ``organisation``."""
    seat = version.file.post.seat
    return seat is not None and seat.organisation_id == organisation.pk
