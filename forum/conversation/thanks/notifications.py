"""What the inbox says of thanks: to the authors of posts, one line for each post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.base.compiled_queries import CompiledQuery
from accounts.users.suspension import not_suspended
from forum.conversation.follows.models import Channel, Level, is_at_level, muted_author
from forum.conversation.inbox.notification import Notification, mailed_as, notification_source
from forum.conversation.thanks.models import Thank
from forum.conversation.threads.models import Post

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights, Viewer


#: The newest.
_MAX_POSTS = 50


class _Thanks(TypedDict):
    """What the query adds to a post: when it was last thanked for, by whom, how often."""

    thanked_at: datetime
    thanked_by: str
    counted_thanks: int


def _thanked(rights: Rights, person_id: int) -> QuerySet[Post]:
    """The thanked posts of the person that they see; not by who is muted, suspended or gone."""
    thanks = Thank.objects.filter(not_suspended("person__"), person__is_active=True)
    thanks = thanks.filter(post=OuterRef("pk")).exclude(muted_author(person_id, "person"))
    newest = thanks.order_by("-thanked_at", "-pk")
    number = thanks.order_by().values("post").annotate(number=Count("pk")).values("number")
    posts = Post.objects.visible_to(rights).filter(author=person_id, thank_count__gt=0)
    posts = posts.exclude(is_at_level(person_id, "thread", Level.MUTED))
    thanked = posts.annotate(
        thanked_at=Subquery(newest.values("thanked_at")[:1]),
        thanked_by=Subquery(newest.values("person__full_name")[:1]),
        counted_thanks=Subquery(number),
    )
    thanked = thanked.filter(thanked_at__isnull=False).select_related("thread__space")
    newest_first = thanked.defer("text", "html").order_by("-thanked_at", "-pk")
    rows: QuerySet[Post] = newest_first[:_MAX_POSTS]
    return rows


_THANKED = CompiledQuery(_thanked, "person_id")


@notification_source(_THANKED)
def thanks(
    _person: User, _viewer: Viewer, posts: Iterable[WithAnnotations[Post, _Thanks]]
) -> Iterator[Notification]:
    """The person's posts for which others thanked, as of who did so last."""
    for post in posts:
        values = {"who": post.thanked_by, "title": post.thread.title}
        if others := post.counted_thanks - 1:
            text = ngettext(
                "%(who)s et %(count)d autre personne vous remercient pour votre message dans "
                "« %(title)s ».",
                "%(who)s et %(count)d autres vous remercient pour votre message dans "
                "« %(title)s ».",
                others,
            )
        else:
            text = _("%(who)s vous remercie pour votre message dans « %(title)s ».")
        text %= {**values, "count": others}
        mailed = mailed_as(post.thread.space)
        at, url, channel = post.thanked_at, post.get_absolute_url(), Channel.DIGEST
        yield Notification(at, text, url, channel=channel, post=post, **mailed)
