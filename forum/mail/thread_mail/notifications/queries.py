"""What of a person's notifications is to be mailed at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q

from accounts.models import Seat, User
from accounts.viewers.viewers import Viewer
from forum.base.rules import is_read_only
from forum.base.spaces.models import MailContent
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, without_repeats
from forum.conversation.inbox.queries import READS, notifications_until_now, with_reads
from forum.finding.saved_searches.notifications import notification_of
from forum.finding.saved_searches.queries import Finds, finds_to_mail
from forum.mail.thread_mail.models import PostMail
from forum.models import Post, Space, Thread

#: Lines of one mail; the inbox, to which it leads, has them all.
MAX_LINES = 10
#: Threads that a new member is shown.
MAX_WELCOME_THREADS = 3


def notifications_to_mail(person: User, viewer: Viewer, after: datetime) -> list[Notification]:
    """Those past ``after`` that are unread and not for the digest or the site alone.

    What welcomes a member says more by mail than the page on which it is read.
    """
    notifications = notifications_until_now(person, viewer)
    new = [
        notification
        for notification in notifications
        if notification.at > after
        and (not notification.is_read or _is_welcome_to(person, notification))
        and notification.channel == Channel.MAIL
    ]
    mailed = _mailed_posts(person, {it.post.pk for it in new if it.post and it.post.pk})
    return without_repeats(
        notification.in_mail()
        for notification in new
        if not (notification.post and _is_mailed_since(notification, mailed))
    )


def posts_to_quote(viewer: Viewer, notifications: Sequence[Notification]) -> dict[int, Post]:
    """The posts that ``notifications`` tell of, by their places among these.

    Those that ``viewer`` sees, of spaces whose texts mails bring. One query at most.
    """
    posts_told_of = [it.post for it in notifications if it.post]
    if not posts_told_of:
        return {}
    # Of a thread it is the first.
    first = Q(thread__in=[post.thread_id for post in posts_told_of if not post.pk], number=1)
    seen = Post.objects.visible_to(viewer).with_byline().select_related("thread__space")
    rows = seen.filter(Q(pk__in=[post.pk for post in posts_told_of if post.pk]) | first)
    posts = {(row.thread_id, row.number): row for row in rows}
    posts_by_place = {
        place: posts.get((it.post.thread_id, it.post.number))
        for place, it in enumerate(notifications)
        if it.post
    }
    return {
        place: post
        for place, post in posts_by_place.items()
        if post and post.thread.space.is_quoted_in_mails
    }


def _is_welcome_to(person: User, notification: Notification) -> bool:
    """Whether it welcomes ``person``, who has not marked all as read since."""
    return notification.is_welcome and notification.at > person.inbox_read_at


def welcome_spaces(viewer: Viewer) -> list[Space]:
    """The spaces in which ``viewer`` writes since their seat is confirmed."""
    spaces = Space.objects.visible_to(viewer).select_related("college")
    return [space for space in spaces if not is_read_only(viewer, space)]


def welcome_threads(viewer: Viewer) -> list[Thread]:
    """The threads of other organisations of the colleges of ``viewer`` with the newest posts.

    Without those of spaces whose threads mails do not name.
    """
    threads = Thread.objects.visible_to(viewer).exclude(author=viewer.person_id)
    own = Seat.objects.filter(pk__in=viewer.seat_ids).values("organisation")
    threads = threads.filter(seat__organisation__college__in=viewer.college_ids)
    threads = threads.exclude(seat__organisation__in=own)
    threads = threads.exclude(space__mail_content=MailContent.NOTHING)
    threads = threads.select_related("seat__organisation", "author")
    return list(threads.order_by("-last_posted_at", "-pk")[:MAX_WELCOME_THREADS])


def unread_finds(
    person: User, viewer: Viewer, channels: Collection[Channel], after: datetime
) -> list[Finds]:
    """What the searches of these channels found past ``after``, unless it was read."""
    finds = finds_to_mail(viewer, channels, max(after, person.inbox_read_at))
    read = READS.rows(person_id=person.pk) if finds else ()
    notifications = with_reads((notification_of(*find) for find in finds), person, read)
    return [find for find, it in zip(finds, notifications, strict=True) if not it.is_read]


def _mailed_posts(person: User, pks: set[int]) -> dict[int, datetime | None]:
    """When the person was mailed those of the posts that they have by mail, or will."""
    rows = PostMail.objects.filter(Q(settled_at=None) | Q(was_sent=True), person=person)
    return dict(rows.filter(post__in=pks).values_list("post", "settled_at")) if pks else {}


def _is_mailed_since(notification: Notification, mailed: dict[int, datetime | None]) -> bool:
    """Whether a mail brings its post, or has since what it tells of."""
    pk = notification.post.pk if notification.post else None
    return pk in mailed and ((at := mailed[pk]) is None or at >= notification.at)
