"""Publishing what someone answers by mail, and telling them what became of it.

Whoever answers is known by the key in the address, which only their mails have, and by their
own address as the sender. What they may do is asked as on the site, at that moment.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.incoming_mail.actions import count_mail
from forum.incoming_mail.message import IncomingMail
from forum.incoming_mail.models import MailResult
from forum.incoming_mail.reply_text import Reply, extract_reply
from forum.models import Post
from forum.rules import require
from forum.thread_mail.models import ThreadMailKey
from forum.thread_mail.queries import mail_setting_of
from forum.thread_mail.replies.mail import send_receipt, send_refusal
from forum.thread_mail.replies.models import MailOutcome, ReceivedMail
from forum.thread_mail.replies.restoration import restored_text, without_secrets
from forum.threads.actions import edit_post, post_reply
from forum.threads.posting_limits import MAX_TEXT_LENGTH

#: For how long a mail is kept as it came.
KEPT = timedelta(days=30)
#: How many receipts and refusals a person is sent in a day: no circle of mails grows beyond.
MAX_RECEIPTS = 50


def settle_reply(mail: IncomingMail, key: ThreadMailKey) -> MailResult:
    """Publish ``mail`` in the thread of ``key``, or say why not. The same twice is one."""
    if ReceivedMail.objects.filter(person=key.person, message_id=mail.message_id).exists():
        return MailResult.TWICE
    with override(mail_setting_of(key.person_id).language):
        return _settle(mail, key)


def _settle(mail: IncomingMail, key: ThreadMailKey) -> MailResult:
    """Publish it, or send its text back with the reason; keep it either way."""
    reply = without_secrets(extract_reply(mail.plain_text))
    outcome, post, reason = _publish(mail, key, reply)
    row, is_new = ReceivedMail.objects.get_or_create(
        person=key.person,
        message_id=mail.message_id,
        defaults={
            "outcome": outcome,
            "post": post,
            "folded": reply.folded if post else "",
            "raw": mail.raw,
        },
    )
    if not is_new:  # Delivered twice at once: the other has told them.
        return MailResult.TWICE
    if has_enough_receipts(key.person_id):
        count_mail(MailResult.UNTOLD)
    elif post is not None:
        send_receipt(row, key, mail, reply)
    else:
        send_refusal(key, mail, reply, reason)
    return MailResult(outcome)


def has_enough_receipts(person_id: int) -> bool:
    """Whether the last MAX_RECEIPTS mails of this person came within a day."""
    since = timezone.now() - timedelta(days=1)
    today = ReceivedMail.objects.filter(person=person_id, received_at__gt=since)
    return today.count() > MAX_RECEIPTS


def _publish(
    mail: IncomingMail, key: ThreadMailKey, reply: Reply
) -> tuple[MailOutcome, Post | None, str]:
    """What becomes of it: the post, or None and why not, in words."""
    if not reply.text:
        return MailOutcome.REFUSED, None, _("Il n’y a pas de texte dans ce courriel.")
    if len(reply.text) > MAX_TEXT_LENGTH:
        return MailOutcome.REFUSED, None, too_long()
    identity = uuid5(NAMESPACE_URL, f"mail:{key.person_id}:{mail.message_id}")
    try:
        post = post_reply(key.thread, viewer_of_person(key.person), reply.text, identity)
    except ObjectDoesNotExist:
        return MailOutcome.REFUSED, None, _("Vous ne pouvez plus lire ce fil.")
    except PermissionDenied as refusal:
        return MailOutcome.REFUSED, None, str(refusal)
    return (MailOutcome.HELD if post.held_at else MailOutcome.PUBLISHED), post, ""


def too_long() -> str:
    """That a text is longer than a post may be."""
    words = _("Ce texte est plus long que les %(most)d caractères d’un message.")
    return words % {"most": MAX_TEXT_LENGTH}


def restore_folded(received: ReceivedMail, actor: Viewer, version: int, readers: str) -> Post:
    """Put what was folded of a mail back into its post, by its person, as an edit; return it.

    ``version`` and ``readers``: of the post and its readers, as the page showed them. Raise
    what ``edit_post`` raises, and Refused where it would be too long.
    """
    post = received.post
    text = restored_text(bytes(received.raw), post.text, received.person.email)
    require(len(text) <= MAX_TEXT_LENGTH, too_long())
    return edit_post(post, actor, text, version, readers)


def delete_old_replies(size: int = 500) -> int:
    """Forget up to ``size`` mails that came long ago; return how many."""
    old = ReceivedMail.objects.filter(received_at__lt=timezone.now() - KEPT).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:size])
    ReceivedMail.objects.filter(pk__in=pks).delete()
    return len(pks)
