"""What the inbox says of answers: to who asked, and of accepted ones to their authors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.queries import concerns
from forum.conversation.follows.models import Level, is_at_level, muted_author
from forum.conversation.inbox.notification import (
    Notification,
    Reason,
    mailed_as,
    notification_source,
)
from forum.conversation.questions.models import AcceptedAnswer
from forum.models import Post

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights, Viewer


#: The newest.
_MAX_ANSWERS = 50


def _unread(rights: Rights, person_id: int, at: datetime) -> QuerySet[Post]:
    put_to_them = ThreadAddressee.objects.filter(concerns(person_id, at))
    concerned = Q(thread__author=person_id) | Exists(
        put_to_them.filter(thread=OuterRef("thread"))
    )
    posts = Post.objects.visible_to(rights).filter(
        concerned,
        thread__kind="question",
        thread__follows__person=person_id,
        thread__follows__level=Level.NAMED,
        number__gt=F("thread__follows__last_read_number"),
    )
    posts = posts.exclude(number=1).exclude(author=person_id).exclude(muted_author(person_id))
    posts = posts.select_related("author", "thread__space")
    return posts.order_by("-pk")[:_MAX_ANSWERS]


_UNREAD = CompiledQuery(_unread, "person_id", "at")


def _answers(rights: Rights, person_id: int) -> QuerySet[AcceptedAnswer]:
    answers = AcceptedAnswer.objects.visible_to(rights)
    answers = answers.filter(author=person_id, post__is_accepted=True)
    answers = answers.exclude(is_at_level(person_id, "thread", Level.MUTED))
    answers = answers.select_related("thread__space", "post")
    return answers.order_by("-accepted_at")[:_MAX_ANSWERS]


_ANSWERS = CompiledQuery(_answers, "person_id")


@notification_source(_ANSWERS)
def accepted_answers(
    _person: User, _viewer: Viewer, rows: Iterable[AcceptedAnswer]
) -> Iterator[Notification]:
    """The person's answers that others accepted."""
    for row in rows:
        text = _("Votre réponse est retenue dans « %(title)s ».") % {"title": row.thread.title}
        mailed = mailed_as(row.thread.space)
        url = row.post.get_absolute_url()
        yield Notification(row.accepted_at, text, url, post=row.post, **mailed)


@notification_source(_UNREAD)
def unread_answers(
    _person: User, _viewer: Viewer, posts: Iterable[Post]
) -> Iterator[Notification]:
    """The replies to questions that the person asked, or that were put to them.

    Where they hear only of what names, quotes or answers them (``Level.NAMED``), and have not
    read them yet; at other levels the thread tells them itself.
    """
    for post in posts:
        values = {"who": post.author.full_name, "title": post.thread.title}
        text = _("%(who)s répond dans « %(title)s ».") % values
        at = max(post.created_at, post.approved_at or post.created_at)
        url, mailed = post.get_absolute_url(), mailed_as(post.thread.space)
        yield Notification(at, text, url, post=post, reason=Reason.ANSWERED, **mailed)
