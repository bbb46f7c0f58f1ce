"""What of a person's notifications is to be mailed at once."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.follows.models import Channel
from forum.inbox.notification import Notification, once
from forum.inbox.queries import find_notifications

#: Lines of one mail; the inbox, to which it leads, has them all.
MAX_LINES = 10


def notifications_to_mail(person: User, viewer: Viewer, after: datetime) -> list[Notification]:
    """Those past ``after`` that are unread and not for the digest or the site alone."""
    now, after = timezone.now(), max(after, person.inbox_read_at)
    found = [
        one
        for one in find_notifications(person, viewer)
        if after < one.at <= now and one.channel == Channel.MAIL
    ]
    found.sort(key=lambda one: one.at, reverse=True)
    return once(found)
