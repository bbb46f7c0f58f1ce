"""What someone who started a thread by mail is told: where it is, or why it is not."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from accounts.models import User
from forum.base.spaces.models import Topic
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.reply_text import Reply
from forum.mail.thread_mail.mail_files.actions import FilesOfMail
from forum.mail.thread_mail.replies.mail import answer_with_receipt, answer_with_refusal
from forum.mail.thread_mail.replies.models import ReceivedMail


def send_receipt(
    received: ReceivedMail, topic: Topic, mail: IncomingMail, reply: Reply, files: FilesOfMail
) -> None:
    """Tell them that their thread is there, or waits for an animator, and who reads it."""
    assert received.post is not None
    subject = _("Reçu : votre fil attend une lecture") if received.post.held_at else _(
        "Reçu : votre fil est ouvert"
    )  # fmt: skip
    template = "mail/thread_mail/new_thread_receipt.txt"
    answer_with_receipt(received, mail, reply, files, subject, template, topic=topic)


def send_refusal(person: User, mail: IncomingMail, text: str, reason: str) -> None:
    """Tell them why no thread was started, and give their ``text`` back, if any."""
    url = site_address() + reverse("new-thread")
    context: dict[str, object] = {"reason": reason, "text": text, "url": url}
    subject = _("Votre fil n’est pas ouvert")
    template = "mail/thread_mail/new_thread_refusal.txt"
    answer_with_refusal(person, mail, subject, template, context)
