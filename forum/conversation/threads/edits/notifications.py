"""What the inbox says of wiki posts: to their authors, one line for each, of its last edit."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.follows.models import Channel, Level, is_at_level, muted_author
from forum.conversation.inbox.notification import Notification, mailed_as, notification_source
from forum.conversation.threads.editors import EDITED_BY_OTHER
from forum.conversation.threads.models import Post
from forum.conversation.threads.querysets import PostQuerySet

#: The newest.
_MAX_POSTS = 50


def _edited(rights: Rights, person_id: int) -> PostQuerySet:
    posts = Post.objects.visible_to(rights).filter(EDITED_BY_OTHER, author=person_id)
    posts = posts.exclude(is_at_level(person_id, "thread", Level.MUTED))
    posts = posts.exclude(muted_author(person_id, "edited_by"))
    posts = posts.select_related("thread__space", "edited_by").defer("text", "html")
    return posts.order_by("-edited_at", "-pk")[:_MAX_POSTS]


_EDITED = CompiledQuery(_edited, "person_id")


@notification_source(_EDITED)
def edited_posts(_person: User, _viewer: Viewer, posts: list[Post]) -> Iterator[Notification]:
    """The person's posts of which somebody else wrote the version of today."""
    for post in posts:
        text = _("%(who)s a modifié votre message dans « %(title)s ».")
        editor = post.edited_by
        assert editor is not None  # The query says so.
        text %= {"who": editor.full_name, "title": post.thread.title}
        mailed = mailed_as(post.thread.space)
        assert post.edited_at is not None  # The query says so.
        at, url, channel = post.edited_at, post.get_absolute_url(), Channel.DIGEST
        yield Notification(at, text, url, channel=channel, post=post, **mailed)
