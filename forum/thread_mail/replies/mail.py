"""What someone who answered by mail is told: what was published, or why nothing was."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address
from forum.incoming_mail.message import IncomingMail
from forum.incoming_mail.reply_text import Reply
from forum.thread_mail.mail import plain_body
from forum.thread_mail.models import ThreadMailKey
from forum.thread_mail.replies.models import ReceivedMail

#: What an answer to a mail says of itself: no machine answers it.
AUTOMATIC_ANSWER = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
#: Of what was folded, as much as tells what it was.
_MAX_FOLDED = 2_000


def send_receipt(
    received: ReceivedMail, key: ThreadMailKey, mail: IncomingMail, reply: Reply
) -> None:
    """Tell them that it is published, or waits for an animator, and what was folded."""
    post, site = received.post, site_address()
    context = {
        "post": post,
        "thread": key.thread,
        "text": reply.text,
        "folded": reply.folded[:_MAX_FOLDED],
        "files": mail.attachment_names,
        "url": site + post.page_url(),
        "received_url": site + reverse("received-mail", args=[received.pk]),
    }
    subject = _("Reçu : votre réponse attend une lecture") if post.held_at else _(
        "Reçu : votre réponse est publiée"
    )  # fmt: skip
    _send(subject, "thread_mail/receipt.txt", context, key, mail)


def send_refusal(key: ThreadMailKey, mail: IncomingMail, reply: Reply, reason: str) -> None:
    """Tell them why nothing was published, and give their text back."""
    context = {
        "reason": reason,
        "text": reply.text,
        "url": site_address() + reverse("follows"),
    }
    _send(_("Votre réponse n’est pas publiée"), "thread_mail/refusal.txt", context, key, mail)


def _send(subject, template, context, key, mail):
    body = plain_body(render_to_string(template, context))
    headers = dict(AUTOMATIC_ANSWER)
    if mail.message_id.startswith("<"):
        headers |= {"In-Reply-To": mail.message_id, "References": mail.message_id}
    send(key.person.email, subject, body, headers=headers)
