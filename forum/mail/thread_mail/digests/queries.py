"""What a digest tells: by the rights of the moment, and nothing that was told before.

The same number of queries for everybody, however much they follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.fields import BooleanField
from django.db.models.functions import Greatest

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.outgoing_mail.queries import undoable_since
from forum.base.spaces.models import MailContent
from forum.conversation.consultations.models import open_fields
from forum.conversation.follows.models import (
    QUIET,
    Channel,
    Follow,
    Level,
    muted_author,
    unread_posts,
)
from forum.conversation.follows.subscriptions.queries import is_subscribed_at
from forum.conversation.inbox.notification import Notification, without_repeats
from forum.conversation.inbox.queries import notifications_until_now
from forum.conversation.meetings.models import Meeting, coming_fields
from forum.conversation.meetings.queries import next_meeting
from forum.conversation.threads.kinds import UNANSWERED, ThreadKind, quiet
from forum.library.newsletter.queries import ShownIssue, current_issue, shown_to
from forum.mail.thread_mail.digests.digest_content import DigestContent, ThreadNews
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.models import DigestFrequency, by_channel
from forum.mail.thread_mail.notifications.queries import unread_finds
from forum.models import Expertise, Post, Thread

#: Lines of each part, so that a digest is read in five minutes and weighs 30 kB at most.
MAX_NOTIFICATIONS, MAX_THREADS, MAX_FINDS, MAX_QUESTIONS = 6, 10, 6, 4
#: Characters that are quoted of a post.
EXCERPT = 280
#: Where an issue of the newsletter takes its room: fewer threads, and less of each.
MAX_THREADS_BESIDE_ISSUE, EXCERPT_BESIDE_ISSUE = 6, 140
#: Threads that one does not follow, among which a digest chooses.
MAX_OTHERS = 20


def digest_content(person: User, viewer: Viewer, since: datetime) -> DigestContent:
    """What is new for ``person``, who looks as ``viewer``, since the digest before."""
    until = undoable_since()
    notices = [item for item in notifications_until_now(person, viewer) if item.at <= until]
    candidates = [item.in_mail() for item in notices if item.channel != Channel.SITE]
    waiting = without_repeats(item for item in candidates if item.is_waiting)
    notifications = without_repeats(
        item
        for item in candidates
        if not item.is_waiting
        and item.at > since
        and not item.is_read
        and not _is_mailed_at_once(item, person)
    )
    waiting, notifications = waiting[:MAX_NOTIFICATIONS], notifications[:MAX_NOTIFICATIONS]
    mailed = (it for it in candidates if not it.is_read and _is_mailed_at_once(it, person))
    threads = _thread_news(viewer, until, [*waiting, *notifications, *mailed])
    finds = unread_finds(person, viewer, _channels_of_searches(person), since)
    week = _week(person, viewer)
    listed = {news.follow.thread_id for news in threads} | (week.thread_ids if week else set())
    others = [post for post in _others(viewer, since) if _shown_at(post) <= until]
    firsts = [post for post in others if post.thread_id not in listed]
    experiences = [it for it in firsts if it.thread.kind == ThreadKind.EXPERIENCE]
    questions = [it for it in firsts if it.thread.kind == ThreadKind.QUESTION]
    most = MAX_THREADS_BESIDE_ISSUE if week else MAX_THREADS
    return DigestContent(
        waiting=waiting,
        notifications=notifications,
        threads=threads[:most],
        has_more=len(threads) > most,
        finds=finds[:MAX_FINDS],
        week=week,
        meeting=_next_meeting(viewer),
        experience=experiences[0] if experiences else None,
        questions=questions[:MAX_QUESTIONS],
        waiting_questions=[
            it
            for it in _waiting_questions(person, viewer, since, until)
            if it.thread_id not in listed
        ][:MAX_QUESTIONS],
        is_new=bool(notifications or finds or week or firsts)
        or any(not news.is_repeat for news in threads)
        or any(it.at > since and not it.is_read for it in waiting),
        until=until,
    )


def _shown_at(post: Post) -> datetime:
    """Since when it is read: what its author may still undo is told the next time."""
    return post.approved_at or post.created_at


def _is_repeat(follow: Follow, post: Post, lines: Iterable[Notification]) -> bool:
    """Whether ``post`` is all that is new, and one of ``lines`` tells that it was written."""
    place = post.thread_id, post.number
    return post.number == follow.last and any(
        it.reason and it.post and (it.post.thread_id, it.post.number) == place for it in lines
    )


def _is_mailed_at_once(notification: Notification, person: User) -> bool:
    """Whether it has a mail of its own, or will (``thread_mail/notifications/``)."""
    return notification.channel == Channel.MAIL and person.mail_setting.notifications


def _channels_of_searches(person: User) -> list[Channel]:
    """The channels of the searches that a digest tells of: what has no mail of its own."""
    at_once = person.mail_setting.notifications
    return [Channel.DIGEST] if at_once else [Channel.DIGEST, Channel.MAIL]


def _week(person: User, viewer: Viewer) -> ShownIssue | None:
    """The current issue, unless a digest that was sent had it."""
    issue = current_issue()
    sent = Digest.objects.filter(person=person, issue=issue, was_sent=True)
    return None if issue is None or sent.exists() else shown_to(viewer, issue)


def _next_meeting(viewer: Viewer) -> Meeting | None:
    meeting = next_meeting(viewer)
    return meeting if meeting and meeting.thread.space.is_titled_in_mails else None


def _thread_news(
    viewer: Viewer, until: datetime, lines: Sequence[Notification]
) -> list[ThreadNews]:
    """Followed threads with news until then; ``lines`` are the notifications told or mailed."""
    own = {"person_id": viewer.person_id or 0}
    follows = _FOLLOWS.rows(viewer.rights, MAX_THREADS + 1, **own)
    if not follows:
        return []
    pks = id_values([follow.first for follow in follows], MAX_THREADS + 1)
    posts = {post.pk: post for post in _POSTS.rows(viewer.rights, **pks)}
    return [
        ThreadNews(follow, post, _is_repeat(follow, post, lines))
        for follow in follows
        if (post := posts.get(follow.first)) and _shown_at(post) <= until
    ]


def _follows(rights: Any, limit: int, person_id: int) -> Any:
    waits = Q(level=Level.ALL) | Q(level=Level.FIRST, last_read_number=0, mailed_number=0)
    read = Greatest(OuterRef("last_read_number"), OuterRef("mailed_number"))
    own = Follow.objects.filter(waits, by_channel(Channel.DIGEST), person=person_id)
    newest_first = own.with_news(rights, read).order_by(F("newest_at").desc(), "-pk")
    newest = newest_first.values("pk")[:limit]
    new = unread_posts(read)
    annotations = {
        "first": Subquery(new.values("pk")[:1]),
        "last": Subquery(new.order_by("-number")[:1]),
    }
    follows = Follow.objects.visible_to(rights).filter(pk__in=newest)
    follows = follows.annotate(**annotations, **open_fields(rights), **coming_fields(rights))
    follows = follows.select_related("thread__topic", "thread__space")
    return follows.order_by("-thread__last_posted_at", "-pk")


def _posts(rights: Any, **pks: Any) -> Any:
    return Post.objects.visible_to(rights).with_byline().filter(pk__in=pks.values())


def _others(viewer: Viewer, since: datetime) -> list[Post]:
    """The first posts of new experiences and of open questions that one does not follow.

    Of the topics that one says one knows; what else there is to read, the newsletter says.
    """
    own = {"person_id": viewer.person_id or 0, "moment": since}
    pks = [pk for (pk,) in _OTHER_IDS.rows(viewer.rights, MAX_OTHERS, **own)]
    if not pks:
        return []
    rows = _FIRST_POSTS.rows(viewer.rights, **id_values(pks, MAX_OTHERS))
    return sorted(rows, key=lambda post: pks.index(post.thread_id))


def _waiting_questions(
    person: User, viewer: Viewer, since: datetime, until: datetime
) -> list[Post]:
    """The first posts of questions without a reply that became quiet since the digest before.

    Of the topics that one says one knows; each in one weekly digest.
    """
    if person.mail_setting.digest != DigestFrequency.WEEKLY:
        return []
    wait = timedelta(days=settings.FORUM_QUIET_DAYS)
    known = Expertise.objects.filter(person=person).values("topic")
    threads = Thread.objects.visible_to(viewer).filter(
        quiet(until - wait), UNANSWERED, topic__in=known, last_posted_at__gt=since - wait
    )
    threads = threads.exclude(author=person).exclude(muted_author(person.pk))
    threads = threads.exclude(space__mail_content=MailContent.NOTHING)
    threads = threads.exclude(is_subscribed_at(person.pk, *QUIET))
    posts = Post.objects.visible_to(viewer).filter(number=1, thread__in=threads)
    return list(
        posts.with_byline().select_related("thread__space").order_by("-pk")[:MAX_OTHERS]
    )


def _other_ids(rights: Any, limit: int, person_id: int, moment: datetime) -> Any:
    viewer, since = Viewer(*rights), moment
    known = Expertise.objects.filter(person=person_id, topic=OuterRef("topic"))
    follows = Follow.objects.filter(person=person_id, thread=OuterRef("pk"))
    is_near = Q(seat__organisation__college__in=sorted(viewer.college_ids))
    # Written in since: the index of threads by kind finds them, and then those started since.
    threads = Thread.objects.visible_to(viewer).filter(
        Q(kind=ThreadKind.EXPERIENCE) | UNANSWERED,
        ~Exists(follows),
        Exists(known),
        kind__in=[ThreadKind.EXPERIENCE, ThreadKind.QUESTION],
        last_posted_at__gt=since,
        created_at__gt=since,
    )
    threads = threads.exclude(author=person_id).exclude(muted_author(person_id))
    threads = threads.exclude(space__mail_content=MailContent.NOTHING)
    threads = threads.exclude(is_subscribed_at(person_id, *QUIET)).annotate(
        is_near=ExpressionWrapper(is_near, BooleanField())
    )
    threads = threads.order_by(F("is_near").desc(), "-pk")
    return threads.values_list("pk")[:limit]


def _first_posts(rights: Any, **pks: Any) -> Any:
    posts = Post.objects.visible_to(rights).filter(thread__in=pks.values(), number=1)
    return posts.with_byline().select_related("thread__space")


_FOLLOWS: CompiledQuery[Any] = CompiledQuery(_follows, "person_id")
_POSTS: CompiledQuery[Post] = CompiledQuery(_posts, *id_names(MAX_THREADS + 1))
_OTHER_IDS: CompiledQuery[tuple[int]] = CompiledQuery(_other_ids, "person_id", "moment")
_FIRST_POSTS: CompiledQuery[Post] = CompiledQuery(_first_posts, *id_names(MAX_OTHERS))
