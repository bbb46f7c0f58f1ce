"""What the inbox says of bookmarks: on the day that their person chose, of posts they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.base.text import excerpt, one_line
from forum.base import visibility
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.inbox.notification import (
    Notification,
    notification_source,
    reminder_moment,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights, Viewer


#: The newest; characters of a note.
_MAX_REMINDERS, _NOTE_LENGTH = 50, 200
_READABLE = partial(visibility.posts, prefix="post__")


def _reminders(rights: Rights, person_id: int, today: date) -> QuerySet[Bookmark]:
    """The bookmarks of the person whose day has come, of posts that they may read."""
    due = Bookmark.objects.visible_to(rights, _READABLE).filter(person=person_id)
    due = due.filter(remind_on__lte=today).select_related("post__thread__space")
    return due.defer("post__text", "post__html").order_by("-remind_on", "-pk")[:_MAX_REMINDERS]


_REMINDERS = CompiledQuery(_reminders, "person_id", "today")


@notification_source(_REMINDERS)
def reminders(
    _person: User, _viewer: Viewer, bookmarks: Iterable[Bookmark]
) -> Iterator[Notification]:
    """The posts that the person keeps and wished to be reminded of; in muted threads, too."""
    for bookmark in bookmarks:
        assert bookmark.remind_on is not None
        at = reminder_moment(bookmark.remind_on)
        space, mail_text = bookmark.post.thread.space, ""
        text = _("Rappel : un message que vous gardez, dans « %(title)s ».")
        text %= {"title": bookmark.post.thread.title}
        if not space.is_titled_in_mails:
            words = _("Rappel : un message que vous gardez, dans l’espace « %(space)s ».")
            mail_text = words % {"space": space}
        elif not space.is_quoted_in_mails:
            mail_text = text
        if bookmark.note:
            text = f"{text} {excerpt(one_line(bookmark.note), _NOTE_LENGTH)}"
        post = bookmark.post
        url = post.get_absolute_url()
        yield Notification(at, text, url, post=post, mail_text=mail_text)
