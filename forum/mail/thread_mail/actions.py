"""Planning mails from the log of events, sending those that are due, and stopping them.

What is planned asks nothing of who writes: the worker reads the log. Rights are asked as a mail
is sent, and whether it is wanted still: a post that was edited meanwhile is sent as it is now,
one that was hidden, or read on the site, is not sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base import visibility
from forum.base.events import Event, events_recorded, latest_event_id
from forum.base.outgoing_mail.actions import Sent, send_next
from forum.conversation.follows.actions import forget_follow, note_mailed
from forum.conversation.follows.models import (
    WAITS_FOR_NEWS,
    Channel,
    Follow,
    Level,
    muted_author,
)
from forum.conversation.follows.settings.actions import choose_follows_replies
from forum.conversation.follows.subscriptions.actions import follow_new_threads, keep_to_site
from forum.conversation.follows.subscriptions.queries import reasons_of
from forum.conversation.thanks.rules import may_thank
from forum.finding.saved_searches import actions as saved_searches
from forum.mail.thread_mail.bounces.actions import deliver_to
from forum.mail.thread_mail.mail import compose
from forum.mail.thread_mail.meeting_invitations.mail import invite
from forum.mail.thread_mail.meeting_invitations.queries import announced_meeting
from forum.mail.thread_mail.models import (
    DigestFrequency,
    MailSetting,
    PostMail,
    ThreadMailKey,
    ThreadMailProgress,
    by_channel,
    mailable,
    new_key,
)
from forum.mail.thread_mail.queries import mail_setting_of
from forum.models import Post, Thread

#: How long a post waits, so that an edit or a deletion still counts.
DELAY = timedelta(minutes=5)
#: Events that one step looks at; posts that are older are mailed to nobody.
EVENTS, NEW_FOR = 200, timedelta(days=1)
#: For how long it is known what was sent.
RETENTION = timedelta(days=30)


@transaction.atomic(durable=True)
def plan_next_mails(before: datetime, size: int = EVENTS) -> int:
    """Look at up to ``size`` events recorded ``before`` a moment; return how many there were.

    The first time, nothing of what was written before is mailed. 0 while another process does
    it.
    """
    start = ThreadMailProgress(pk=1, last_event=latest_event_id())
    ThreadMailProgress.objects.bulk_create([start], ignore_conflicts=True)
    rows = ThreadMailProgress.objects.select_for_update(skip_locked=True)
    progress = rows.filter(pk=1).first()
    if progress is None:
        return 0
    events = events_recorded(progress.last_event, before, size)
    if events:
        _plan({post for _pk, _thread, post in events if post is not None}, progress.last_event)
        progress.last_event = events[-1][0]
        progress.save(update_fields=["last_event"])
    return len(events)


def _plan(pks: Iterable[int], after: int) -> None:
    """Plan the mails of those of the posts that are new and shown, to who follows them.

    Subscribers follow a new thread from here on. ``after``: the last event that was looked at
    before; a thread that was new then is not new once more, whatever happened to it since.
    """
    since = timezone.now() - NEW_FOR
    new = Post.objects.filter(visibility.shown_posts(), pk__in=pks)
    new = new.filter(Q(created_at__gt=since) | Q(approved_at__gt=since)).order_by("pk")
    seen = Event.objects.filter(
        post=OuterRef("pk"),
        pk__lte=after,
        recorded_at__gte=Coalesce(OuterRef("approved_at"), OuterRef("created_at")),
    )
    first = list(new.filter(~Exists(seen), number=1).values_list("thread", flat=True))
    follow_new_threads(Thread.objects.filter(pk__in=first).select_related("seat"))
    for post in new.only("thread", "number", "author", "created_at", "approved_at"):
        follows = Follow.objects.filter(
            WAITS_FOR_NEWS, by_channel(Channel.MAIL), mailable("person__"),
            thread=post.thread_id, last_read_number__lt=post.number,
        ).exclude(person=post.author_id)  # fmt: skip
        if post.number > 1:
            follows = follows.filter(level=Level.ALL)
        people = follows.order_by("person").values_list("person", flat=True)
        due_at = (post.approved_at or post.created_at) + DELAY
        PostMail.objects.bulk_create(
            (PostMail(person_id=it, post=post, due_at=due_at) for it in people.iterator()),
            ignore_conflicts=True,
            batch_size=500,
        )


def send_next_mail() -> Sent | None:
    """Send the mail of a post that is due the longest, if it is still to be sent."""
    return send_next(PostMail.objects.all(), _send)


def _send(row: PostMail) -> Sent:
    """Send it to who still wants and may read it."""
    person = User.objects.filter(mailable(), pk=row.person_id).first()
    about = {"person": row.person_id, "thread": row.post.thread_id}
    follows = Follow.objects.filter(
        WAITS_FOR_NEWS, by_channel(Channel.MAIL), **about, last_read_number__lt=row.post.number
    )
    follow = follows.first()
    if person is None or follow is None:
        return Sent.DROPPED
    viewer = viewer_of_person(person)
    posts = Post.objects.visible_to(viewer).with_byline()
    posts = posts.select_related("thread__space").annotate(is_muted=muted_author(person.pk))
    if (post := posts.filter(pk=row.post_id).first()) is None:
        row.delete()  # Shown again, it is planned again.
        return Sent.DROPPED
    if vars(post)["is_muted"]:
        return Sent.DROPPED
    key = key_of(person.pk, post.thread_id)
    with override(mail_setting_of(person.pk).language):
        reason = reasons_of(viewer, [follow]).get(follow.pk)
        thanks = may_thank(viewer, post, post.thread)
        announced = announced_meeting(viewer, post)
        mail = compose(post, person, key, reason, may_thank=thanks, announced=announced)
        if announced and announced.is_answered:
            invite(mail, person, announced.meeting)
        deliver_to(person, mail)
    note_mailed({follow.pk: post.number})
    return Sent.SENT


def key_of(person_id: int, thread_id: int) -> ThreadMailKey:
    """The keys of this person and thread, which are made where there are none."""
    about = {"person_id": person_id, "thread_id": thread_id}
    keys = {"key": new_key(), "link_key": new_key()}
    return ThreadMailKey.objects.get_or_create(**about, defaults=keys)[0]


@transaction.atomic(durable=True)
def stop_thread(key: ThreadMailKey) -> None:
    """Have its person follow the thread no more, as if they had unfollowed it on its page."""
    forget_follow(key.person_id, key.thread_id)


@transaction.atomic(durable=True)
def save_mail_setting(
    person_id: int, *, follows_replies: bool | None = None, **chosen: object
) -> None:
    """Keep what ``person_id`` wants by mail: fields of ``MailSetting``.

    And whether replying to a thread is following it, unless that is None. When their next
    digest is due is found anew.
    """
    if follows_replies is not None:
        choose_follows_replies(person_id, follows_replies)
    _save(person_id, **chosen)


@transaction.atomic(durable=True)
def stop_all_mail(person_id: int) -> None:
    """Mail ``person_id`` nothing of what they follow any more, at once or in a digest."""
    keep_to_site(person_id)
    saved_searches.keep_to_site(person_id)
    _save(person_id, channel=Channel.SITE, digest=DigestFrequency.NEVER, welcomes=False)


@transaction.atomic(durable=True)
def stop_digest(person_id: int) -> None:
    """Send ``person_id`` no digest any more, until they say otherwise."""
    _save(person_id, digest=DigestFrequency.NEVER)


@transaction.atomic(durable=True)
def stop_notifications(person_id: int) -> None:
    """Mail ``person_id`` what concerns them no more at once; digests tell of it.

    Nor what follows their welcome, which is among that.
    """
    _save(person_id, notifications=False, welcomes=False)


@transaction.atomic(durable=True)
def stop_welcomes(person_id: int) -> None:
    """Mail ``person_id`` nothing more that follows their welcome."""
    _save(person_id, welcomes=False)


def _save(person_id: int, **chosen: object) -> None:
    MailSetting.objects.update_or_create(
        person_id=person_id, defaults=chosen | {"next_digest_at": None}
    )


def stop_key_of(person_id: int) -> str:
    """The key in the addresses that stop mails of a kind to this person."""
    setting = MailSetting.objects.get_or_create(person_id=person_id)[0]
    if setting.stop_key is None:
        MailSetting.objects.filter(pk=setting.pk, stop_key=None).update(stop_key=new_key())
        setting.refresh_from_db(fields=["stop_key"])
    return str(setting.stop_key)
