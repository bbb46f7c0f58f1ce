"""What of a person's notifications is to be mailed at once."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, without_repeats
from forum.conversation.inbox.queries import notifications_until_now
from forum.mail.thread_mail.models import PostMail

#: Lines of one mail; the inbox, to which it leads, has them all.
MAX_LINES = 10


def notifications_to_mail(person: User, viewer: Viewer, after: datetime) -> list[Notification]:
    """Those past ``after`` that are unread and not for the digest or the site alone."""
    after = max(after, person.inbox_read_at)
    notifications = notifications_until_now(person, viewer)
    new = [
        notification
        for notification in notifications
        if notification.at > after and notification.channel == Channel.MAIL
    ]
    mailed = _mailed_posts(
        person, {notification.post_id for notification in new if notification.post_id}
    )
    return without_repeats(
        notification.in_mail() for notification in new if notification.post_id not in mailed
    )


def _mailed_posts(person: User, pks: set[int]) -> set[int]:
    """Those of the posts that the person has by mail, or will."""
    rows = PostMail.objects.filter(Q(settled_at=None) | Q(was_sent=True), person=person)
    return set(rows.filter(post__in=pks).values_list("post", flat=True)) if pks else set()
