"""The links between threads, as a part of both."""

from __future__ import annotations

from typing import Any

from accounts.viewers.viewers import Viewer
from forum.conversation.threads.links.actions import carry_links
from forum.conversation.threads.links.models import ThreadLink, linked_threads
from forum.conversation.threads.links.queries import ShownLink, shown_links
from forum.conversation.threads.links.rules import may_link
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import ThreadPart


class LinkPart(ThreadPart):
    """The linked threads, beside; and above the posts the one that has the answer."""

    models = (ThreadLink,)
    position = 40
    above_posts = "conversation/links/answered_in.html"
    beside = "conversation/links/side.html"
    button = "conversation/links/link_button.html"

    def viewer_fields(self, viewer: Viewer, at: Any) -> dict[str, Any]:
        """Those threads that the viewer sees."""
        return linked_threads(viewer)

    def seen(self, thread: Thread) -> tuple[ShownLink, ...]:
        """The links, first where it is answered."""
        return shown_links(thread)

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Whether ``viewer`` may link it: who may reply."""
        return may_link(viewer, thread)

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """Give them to the other thread."""
        carry_links(thread, into)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """Leave them: a link is seen by who sees both threads."""
