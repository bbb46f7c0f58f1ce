"""The posts of a thread as the pages that split it show them."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.base.text import excerpt
from accounts.viewers.viewers import Viewer
from forum.base import markup, visibility
from forum.conversation.threads.models import PAGE_SIZE
from forum.models import Post, Thread

_EXCERPT_LENGTH = 140


class ChoosablePost(NamedTuple):
    """A post, and how it begins, where it is shown."""

    post: Post
    excerpt: str


def choosable_posts(viewer: Viewer, thread: Thread, page: int) -> list[ChoosablePost]:
    """The posts of this page of the thread that may leave it: not the first, none that did."""
    first = (page - 1) * PAGE_SIZE + 1
    posts = _remaining(viewer, thread).filter(number__gte=max(2, first))
    return [
        ChoosablePost(
            post,
            excerpt(markup.plain_text(post.html), _EXCERPT_LENGTH) if post.is_shown else "",
        )
        for post in posts.filter(number__lt=first + PAGE_SIZE)
    ]


def chosen_posts(viewer: Viewer, thread: Thread, numbers: Collection[int]) -> list[Post]:
    """Those of ``numbers`` that are there, in order, with their authors."""
    return list(_remaining(viewer, thread).filter(number__in=numbers))


def _remaining(viewer: Viewer, thread: Thread) -> QuerySet[Post]:
    posts = Post.objects.visible_to(viewer, visibility.posts_with_tombstones)
    posts = posts.filter(thread=thread, deleted_at=None).select_related("author")
    return posts.order_by("number")
