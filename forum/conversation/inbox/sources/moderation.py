"""What animators decided about one's posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.conversation.inbox.notification import Notification, mailed_as, notification_source
from forum.conversation.threads.holds import MODERATED
from forum.models import Post

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights


#: The newest decisions.
_MAX_POSTS = 50


def _moderated_posts(rights: Rights, person_id: int) -> QuerySet[Post]:
    viewer = Viewer(*rights, person_id=person_id)
    hidden = Post.objects.visible_to(viewer, visibility.hidden_posts)
    posts = (hidden | Post.objects.visible_to(viewer)).filter(MODERATED, author=person_id)
    return posts.select_related("thread__space").order_by("-pk")[:_MAX_POSTS]


_MODERATED_POSTS = CompiledQuery(_moderated_posts, "person_id")


@notification_source(_MODERATED_POSTS)
def moderated_posts(
    _person: User, _viewer: Viewer, posts: Iterable[Post]
) -> Iterator[Notification]:
    """The person's posts that are hidden, with the reason, and those that are shown again."""
    for post in posts:
        values = {"title": post.thread.title, "why": post.hiding_reason}
        mailed = mailed_as(post.thread.space)
        if post.hidden_at:
            text = _("Votre message dans « %(title)s » est masqué : %(why)s")
            url = reverse("hidden-post", args=[post.pk])
            yield Notification(post.hidden_at, text % values, url, **mailed)
        else:
            assert post.restored_at is not None
            text = _("Votre message dans « %(title)s » est de nouveau visible.")
            url = post.get_absolute_url()
            yield Notification(post.restored_at, text % values, url, post=post, **mailed)
