"""Planning mails from the log of events, sending those that are due, and stopping them.

What is planned asks nothing of who writes: the worker reads the log. Rights are asked as a mail
is sent, and whether it is wanted still: a post that was edited meanwhile is sent as it is now,
one that was hidden, or read on the site, is not sent.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum import visibility
from forum.events import events_recorded, latest_event_id
from forum.follows.models import Follow, muted_author
from forum.models import Post
from forum.thread_mail.mail import compose
from forum.thread_mail.models import (
    MailSetting,
    PostMail,
    ThreadMailKey,
    ThreadMailProgress,
    new_key,
    wants_mail,
)
from forum.thread_mail.queries import mail_setting_of

log = logging.getLogger("forum")

#: How long a post waits, so that an edit or a deletion still counts.
DELAY = timedelta(minutes=5)
#: Events that one step looks at; posts that are older are mailed to nobody.
EVENTS, NEW_FOR = 200, timedelta(days=1)
#: Between two attempts, and how many there are where a server refuses a mail for now; from
#: which code on it does so for ever (RFC 5321).
_PAUSE, _MAX_ATTEMPTS, _FINAL = timedelta(minutes=5), 12, 500
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
    """Plan the mails of those of the posts that are new and shown, to who follows them."""
    since = timezone.now() - NEW_FOR
    new = Post.objects.filter(visibility.shown_posts(), pk__in=pks)
    new = new.filter(Q(created_at__gt=since) | Q(approved_at__gt=since)).order_by("pk")
    for post in new.only("thread", "number", "author", "created_at", "approved_at"):
        follows = Follow.objects.filter(
            wants_mail("person__"), thread=post.thread_id, last_read_number__lt=post.number
        ).exclude(person=post.author_id)
        people = follows.order_by("person").values_list("person", flat=True)
        due_at = (post.approved_at or post.created_at) + DELAY
        PostMail.objects.bulk_create(
            (PostMail(person_id=it, post=post, due_at=due_at) for it in people.iterator()),
            ignore_conflicts=True,
            batch_size=500,
        )


class Sent(Enum):
    """How ``send_next_mail`` ended."""

    SENT = "sent"
    #: It was not wanted any more, or the server will never take it.
    DROPPED = "dropped"
    #: It is tried again later: the server refused it for now.
    DELAYED = "delayed"
    #: It is tried again later, and so are all others: no server answers.
    NO_SERVER = "no server"


def send_next_mail() -> Sent | None:
    """Send the mail that is due the longest, if it is still to be sent; None where none is.

    In three steps, so that no lock is held while a server is waited for: it is claimed, for so
    long as sending may take, then sent, then settled. Whatever befalls one, others go on.
    """
    if (row := _claim()) is None:
        return None
    try:
        sent = _send(row)
    except SMTPResponseException as answer:
        log.warning("A mail about a thread was refused: %s.", answer.smtp_code)
        sent = _refused(row, answer.smtp_code)
    except SMTPRecipientsRefused as answer:
        code = max((code for code, _words in answer.recipients.values()), default=550)
        log.warning("A mail about a thread was refused for its recipient: %s.", code)
        sent = _refused(row, code)
    except OSError:
        log.exception("No mail could be sent.")
        sent = Sent.NO_SERVER
    except ValueError:
        log.exception("A mail about a thread could not be written.")
        sent = Sent.DROPPED
    if sent in (Sent.SENT, Sent.DROPPED):
        settled = {"settled_at": timezone.now(), "was_sent": sent is Sent.SENT}
        PostMail.objects.filter(pk=row.pk).update(**settled)
    return sent


@transaction.atomic(durable=True)
def _claim() -> PostMail | None:
    row = PostMail.objects.due().select_for_update(skip_locked=True).first()
    if row is not None:
        row.attempts += 1
        row.due_at = timezone.now() + _PAUSE * row.attempts
        row.save(update_fields=["attempts", "due_at"])
    return row


def _refused(row: PostMail, code: int) -> Sent:
    is_final = code >= _FINAL or row.attempts >= _MAX_ATTEMPTS
    return Sent.DROPPED if is_final else Sent.DELAYED


def _send(row: PostMail) -> Sent:
    """Send it to who still wants and may read it."""
    person = User.objects.filter(wants_mail(), pk=row.person_id).first()
    about = {"person": row.person_id, "thread": row.post.thread_id}
    follow = Follow.objects.filter(**about, last_read_number__lt=row.post.number)
    if person is None or not follow.exists():
        return Sent.DROPPED
    posts = Post.objects.visible_to(viewer_of_person(person)).with_byline()
    posts = posts.select_related("thread__space").annotate(is_muted=muted_author(person.pk))
    if (post := posts.filter(pk=row.post_id).first()) is None:
        row.delete()  # Shown again, it is planned again.
        return Sent.DROPPED
    if post.is_muted:
        return Sent.DROPPED
    key = key_of(person.pk, post.thread_id)
    with override(mail_setting_of(person.pk).language):
        compose(post, person, key).send()
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
    """Keep what ``person_id`` wants by mail: fields of ``MailSetting``."""
    MailSetting.objects.update_or_create(person_id=person_id, defaults=chosen)


def delete_old_mails(size: int = 2_000) -> int:
    """Forget up to ``size`` mails that were settled long ago; return how many."""
    old = PostMail.objects.filter(settled_at__lt=timezone.now() - KEPT).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:size])
    PostMail.objects.filter(pk__in=pks).delete()
    return len(pks)
