"""What waits, for animators; and the spaces where first posts may wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.base.pagination import NumberedPage
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.spaces.models import Audience, Space
from forum.conversation.threads.models import Post

if TYPE_CHECKING:
    from forum.conversation.threads.querysets import PostQuerySet


#: The name of the review source, under which animators claim posts.
SOURCE = "messages"


def waiting_posts(viewer: Viewer, _at: Any = None) -> PostQuerySet:
    """The posts that wait for the animator ``viewer``: not their own."""
    return Post.objects.visible_to(viewer, visibility.held_posts).exclude(
        author=viewer.person_id
    )


def waiting_posts_page(viewer: Viewer, number: int) -> NumberedPage[Post]:
    """Page ``number`` of what waits, the oldest first, with what is shown of each."""
    posts = waiting_posts(viewer).with_byline().select_related("thread__space")
    return NumberedPage(posts.order_by("held_at", "pk"), number)


def spaces_that_may_hold(viewer: Viewer) -> QuerySet[Space]:
    """The spaces of all, and of the whole network: the others know their people."""
    return Space.objects.visible_to(viewer).filter(
        audience__in=[Audience.PUBLIC, Audience.NETWORK]
    )
