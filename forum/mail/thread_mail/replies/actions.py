"""Publishing what someone answers by mail, and telling them what became of it.

Whoever answers is known by the key in the address, which only their mails have, and by their
own address as the sender. What they may do is asked as on the site, at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base.readership import readership_of
from forum.base.rules import Refused, require
from forum.conversation.files.actions import Attachment
from forum.conversation.inbox.actions import mark_posts_read
from forum.conversation.threads.actions import post_reply
from forum.conversation.threads.edits.actions import edit_post
from forum.conversation.threads.shown_readers import ReadersChanged
from forum.mail.incoming_mail.actions import count_mail
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.models import MailResult
from forum.mail.incoming_mail.reply_text import Reply
from forum.mail.thread_mail.mail_files.actions import (
    FilesOfMail,
    post_with_files,
    reason_to_refuse,
)
from forum.mail.thread_mail.queries import mail_setting_of
from forum.mail.thread_mail.replies.mail import send_receipt, send_refusal
from forum.mail.thread_mail.replies.models import MailOutcome, ReceivedMail
from forum.mail.thread_mail.replies.queries import others_read_since, post_answered
from forum.mail.thread_mail.replies.restoration import (
    publishable,
    reply_of,
    restored_text,
    with_source,
)
from forum.models import Post, Space, Thread

#: For how long a mail is kept as it came.
RETENTION = timedelta(days=30)
#: How many receipts and refusals a person is sent in a day: no circle of mails grows beyond.
MAX_RECEIPTS = 50


def process_reply(mail: IncomingMail, person: User, thread: Thread) -> MailResult:
    """Publish ``mail`` of ``person`` in ``thread``, or say why not. The same twice is one."""
    if is_known(mail, person, place := _place_of_thread(thread)):
        return MailResult.TWICE
    with override(mail_setting_of(person.pk).language):
        actor = viewer_of_person(person)
        answered = post_answered(mail, thread, actor)
        reply = reply_of(mail, keeps_quoted=answered is not None)
        published = reply._replace(text=with_source(reply.text, answered))
        post, files, refusal = _publish(mail, actor, thread, published, answered)
        if post and answered:
            number = answered.number
            mark_posts_read(actor, {thread.pk: range(number, number + 1)})
        shown_in = thread.pk if isinstance(refusal, ReadersChanged) else None
        text = _quoted(reply, thread.space)
        return save_and_notify(
            mail, person, place, post, published,
            lambda row: send_receipt(row, mail, reply, files),
            lambda: send_refusal(person, mail, text, str(refusal), shown_in),
            answered,
        )  # fmt: skip


def refuse_reply(mail: IncomingMail, person: User, space: Space, reason: str) -> MailResult:
    """Send the text of ``mail``, to the address of ``space``, back with the reason."""
    reply = reply_of(mail)
    return save_and_notify(
        mail, person, place_of_space(space), None, reply,
        lambda _row: None,
        lambda: send_refusal(person, mail, _quoted(reply, space), reason),
    )  # fmt: skip


def save_and_notify(
    mail: IncomingMail,
    person: User,
    place: str,
    post: Post | None,
    reply: Reply,
    mail_receipt: Callable[[ReceivedMail], None],
    mail_refusal: Callable[[], None],
    answered: Post | None = None,
) -> MailResult:
    """Save ``mail`` and what became of it, and notify its writer, unless they were notified.

    ``answered``: the post that it answers and quotes, where that is known.
    A refusal is told before it is kept: no page says it, so a mail of which its writer cannot
    be told now is received anew, and one of too many is left to the mail server to return.
    """
    is_told = not has_enough_receipts(person.pk)
    if post is None and not is_told:
        return MailResult.UNTOLD
    if post is None:
        mail_refusal()
    row = save_mail(mail, person, place, post, reply, answered)
    if row is None:
        return MailResult.TWICE
    if not is_told:
        count_mail(MailResult.UNTOLD)
    elif post is not None:
        mail_receipt(row)
    return MailResult(row.outcome)


def _quoted(reply: Reply, space: Space) -> str:
    """The text that a mail of ``space`` gives back."""
    return reply.text if space.is_quoted_in_mails else ""


def is_known(mail: IncomingMail, person: User, place: str) -> bool:
    """Whether ``mail`` of ``person`` came to this ``place`` before."""
    rows = ReceivedMail.objects.filter(person=person, message_id=mail.message_id)
    return rows.filter(place__in=("", place)).exists()


def _place_of_thread(thread: Thread) -> str:
    """How a mail is known that is to the address of ``thread``."""
    return f"thread {thread.pk}"


def place_of_space(space: Space) -> str:
    """How a mail is known that is to an address of ``space``."""
    return f"space {space.pk}"


def save_mail(
    mail: IncomingMail,
    person: User,
    place: str,
    post: Post | None,
    reply: Reply,
    answered: Post | None = None,
) -> ReceivedMail | None:
    """Save ``mail`` as it came, and what became of it; None where it is known at ``place``.

    Then it was delivered twice at once, and the other has told its writer.
    """
    outcome = MailOutcome.REFUSED
    if post is not None:
        outcome = MailOutcome.HELD if post.held_at else MailOutcome.PUBLISHED
    texts: dict[str, object] = {}
    if post is not None:
        whole = with_source(publishable(mail.plain_text, person.email), answered)
        folded = with_source(reply.folded, answered)
        texts = {"folded": folded, "text": reply.text, "whole": whole}
    return save_outcome(mail, person, place, outcome, post=post, raw=mail.raw, **texts)


def save_outcome(
    mail: IncomingMail, person: User, place: str, outcome: MailOutcome, **about: object
) -> ReceivedMail | None:
    """Save what became of ``mail``, with values ``about`` it; None where it is known."""
    row, is_new = ReceivedMail.objects.get_or_create(
        person=person,
        message_id=mail.message_id,
        place=place,
        defaults={"outcome": outcome, "raw": b""} | about,
    )
    return row if is_new else None


def has_enough_receipts(person_id: int) -> bool:
    """Whether MAX_RECEIPTS mails that were proved this person's came within a day."""
    since = timezone.now() - timedelta(days=1)
    today = ReceivedMail.objects.proved().filter(person=person_id, received_at__gt=since)
    return today.count() >= MAX_RECEIPTS


def _publish(
    mail: IncomingMail, actor: Viewer, thread: Thread, reply: Reply, answered: Post | None
) -> tuple[Post | None, FilesOfMail, PermissionDenied | None]:
    """The post that it became, with its files; or None, and why not."""
    identity = identity_of(mail, actor.person_id or 0, _place_of_thread(thread))

    def publish(text: str, files: Sequence[Attachment]) -> Post:
        shown = readership_of(thread.space).stamp  # Before moves are looked at.
        if others_read_since(thread, actor, mail, answered):
            words = _(
                "D’autres personnes lisent ce fil depuis le courriel auquel vous répondez : "
                "voyez qui vous lira, puis répondez sur sa page."
            )
            raise ReadersChanged(words)
        return post_reply(thread, actor, text, identity, shown, files)

    try:
        return *post_with_files(mail, reply.text, actor, identity, publish), None
    except ObjectDoesNotExist:
        return None, FilesOfMail(), Refused(_("Vous ne pouvez plus lire ce fil."))
    except PermissionDenied as refusal:
        return None, FilesOfMail(), refusal


def identity_of(mail: IncomingMail, person_id: int, place: str) -> UUID:
    """What makes the post of a mail to ``place`` one, however often it is published."""
    return uuid5(NAMESPACE_URL, f"mail:{person_id}:{place}:{mail.message_id}")


def restore_folded(received: ReceivedMail, actor: Viewer, version: int, readers: str) -> Post:
    """Put what was folded of a mail back into its post, by its person, as an edit; return it.

    ``version`` and ``readers``: of the post and its readers, as the page showed them. Raise
    what ``edit_post`` raises, and Refused where it would be too long.
    """
    post = received.post
    assert post is not None
    text = restored_text(received, post.text)
    reason = reason_to_refuse(text)
    require(not reason, reason)
    return edit_post(post, actor, text, version, readers)


def delete_old_replies(size: int = 500) -> int:
    """Forget up to ``size`` mails that came long ago; return how many."""
    old = ReceivedMail.objects.filter(received_at__lt=timezone.now() - RETENTION).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:size])
    ReceivedMail.objects.filter(pk__in=pks).delete()
    return len(pks)
