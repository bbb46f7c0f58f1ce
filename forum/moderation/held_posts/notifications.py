"""What the inbox says of posts that waited: to their authors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.conversation.inbox.notification import Notification, mailed_as, notification_source
from forum.conversation.threads.holds import APPROVED
from forum.conversation.threads.models import Post

if TYPE_CHECKING:
    from forum.conversation.threads.querysets import PostQuerySet


#: The newest.
_MAX_POSTS = 50


def _approved_posts(rights: Rights, person_id: int) -> PostQuerySet:
    posts = Post.objects.visible_to(Viewer(*rights, person_id=person_id), visibility.posts)
    posts = posts.filter(APPROVED, author=person_id).select_related("thread__space")
    return posts.order_by("-pk")[:_MAX_POSTS]


_APPROVED_POSTS: CompiledQuery[Post] = CompiledQuery(_approved_posts, "person_id")


@notification_source(_APPROVED_POSTS)
def approved_posts(_person: User, _viewer: Viewer, posts: list[Post]) -> Iterator[Notification]:
    """The person's posts that waited and are published."""
    for post in posts:
        text = _("Votre message dans « %(title)s » est publié.") % {"title": post.thread.title}
        mailed, url = mailed_as(post.thread.space), post.get_absolute_url()
        assert post.approved_at is not None  # The query says so.
        yield Notification(post.approved_at, text, url, post=post, **mailed)
