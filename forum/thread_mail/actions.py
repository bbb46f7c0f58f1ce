"""Planning mails from the log of events, sending those that are due, and stopping them.

What is planned asks nothing of who writes: the worker reads the log. Rights are asked as a mail
is sent, and whether it is wanted still: a post that was edited meanwhile is sent as it is now,
one that was hidden, or read on the site, is not sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum import visibility
from forum.events import events_recorded, latest_event_id
from forum.follows.models import WAITS_FOR_NEWS, Channel, Follow, Level, muted_author
from forum.follows.subscriptions.actions import follow_new_threads
from forum.follows.subscriptions.models import Subscription
from forum.follows.subscriptions.queries import reasons_of
from forum.models import Post, Thread
from forum.outgoing_mail.actions import Sent, send_next
from forum.thread_mail.bounces.actions import deliver_to
from forum.thread_mail.mail import compose
from forum.thread_mail.models import (
    DigestFrequency,
    MailSetting,
    PostMail,
    ThreadMailKey,
    ThreadMailProgress,
    by_channel,
    may_be_mailed,
    new_key,
)
from forum.thread_mail.queries import mail_setting_of

#: How long a post waits, so that an edit or a deletion still counts.
DELAY = timedelta(minutes=5)
#: Events that one step looks at; posts that are older are mailed to nobody.
EVENTS, NEW_FOR = 200, timedelta(days=1)
#: For how long it is known what was sent.
KEPT = timedelta(days=30)


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
        _plan({post for _pk, _thread, post in events if post is not None})
        progress.last_event = events[-1][0]
        progress.save(update_fields=["last_event"])
    return len(events)


def _plan(pks: Iterable[int]) -> None:
    """Plan the mails of those of the posts that are new and shown, to who follows them.

    Subscribers follow a new thread from here on.
    """
    since = timezone.now() - NEW_FOR
    new = Post.objects.filter(visibility.shown_posts(), pk__in=pks)
    new = new.filter(Q(created_at__gt=since) | Q(approved_at__gt=since)).order_by("pk")
    first = list(new.filter(number=1).values_list("thread", flat=True))
    follow_new_threads(Thread.objects.filter(pk__in=first).select_related("seat"))
    for post in new.only("thread", "number", "author", "created_at", "approved_at"):
        follows = Follow.objects.filter(
            WAITS_FOR_NEWS, by_channel(Channel.MAIL), may_be_mailed("person__"),
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
    person = User.objects.filter(may_be_mailed(), pk=row.person_id).first()
    about = {"person": row.person_id, "thread": row.post.thread_id}
    wanted = Follow.objects.filter(
        WAITS_FOR_NEWS, by_channel(Channel.MAIL), **about, last_read_number__lt=row.post.number
    )
    follow = wanted.first()
    if person is None or follow is None:
        return Sent.DROPPED
    viewer = viewer_of_person(person)
    posts = Post.objects.visible_to(viewer).with_byline()
    posts = posts.select_related("thread__space").annotate(is_muted=muted_author(person.pk))
    if (post := posts.filter(pk=row.post_id).first()) is None:
        row.delete()  # Shown again, it is planned again.
        return Sent.DROPPED
    if post.is_muted:
        return Sent.DROPPED
    key = key_of(person.pk, post.thread_id)
    with override(mail_setting_of(person.pk).language):
        reason = reasons_of(viewer, [follow]).get(follow.pk)
        deliver_to(person, compose(post, person, key, reason))
    told = Follow.objects.filter(**about, mailed_number__lt=post.number)
    told.update(mailed_number=post.number)
    return Sent.SENT


def key_of(person_id: int, thread_id: int) -> str:
    """The key of this person and thread, which is made where there is none."""
    about = {"person_id": person_id, "thread_id": thread_id}
    return ThreadMailKey.objects.get_or_create(**about, defaults={"key": new_key()})[0].key


@transaction.atomic(durable=True)
def stop_thread(key: ThreadMailKey) -> None:
    """Its person follows the thread no more, as they would say on its page."""
    Follow.objects.filter(person=key.person_id, thread=key.thread_id).delete()


@transaction.atomic(durable=True)
def save_mail_setting(person_id: int, **chosen: object) -> None:
    """Keep what ``person_id`` wants by mail: fields of ``MailSetting``.

    When their next digest is due is found anew.
    """
    MailSetting.objects.update_or_create(
        person_id=person_id, defaults=chosen | {"next_digest_at": None}
    )


def stop_all_mail(person_id: int) -> None:
    """Mail ``person_id`` nothing of what they follow any more, at once or in a digest."""
    Subscription.objects.filter(person=person_id).update(channel=Channel.SITE)
    Follow.objects.filter(person=person_id).exclude(channel="").update(channel=Channel.SITE)
    save_mail_setting(person_id, channel=Channel.SITE, digest=DigestFrequency.NEVER)


def delete_old_mails(size: int = 2_000) -> int:
    """Forget up to ``size`` mails that were settled long ago; return how many."""
    old = PostMail.objects.filter(settled_at__lt=timezone.now() - KEPT).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:size])
    PostMail.objects.filter(pk__in=pks).delete()
    return len(pks)
