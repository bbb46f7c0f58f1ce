"""What someone who answered by mail is told: what was published, or why nothing was."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address
from accounts.models import User
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.reply_text import Reply
from forum.mail.thread_mail.mail_files.actions import FilesOfMail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post

#: What an answer to a mail says of itself: no machine answers it.
AUTOMATIC_ANSWER = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
}
#: Of what was folded, as much as tells what it was.
_MAX_FOLDED = 2_000


class RefusalNotSent(OSError):
    """No mail server takes what would tell a writer that nothing is published."""


def send_receipt(
    received: ReceivedMail, mail: IncomingMail, reply: Reply, files: FilesOfMail
) -> None:
    """Tell them that it is published, or waits for an animator, and what was folded."""
    assert received.post is not None
    subject = _("Reçu : votre réponse attend une lecture") if received.post.held_at else _(
        "Reçu : votre réponse est publiée"
    )  # fmt: skip
    answer_with_receipt(received, mail, reply, files, subject, "mail/thread_mail/receipt.txt")


def send_refusal(
    person: User, mail: IncomingMail, text: str, reason: str, thread_id: int | None = None
) -> None:
    """Tell them why nothing was published, and give their ``text`` back, if any.

    ``thread_id``: of the thread in which they may write it, once they saw who reads that.
    """
    # Its title is not in the address: not all mails may say it.
    path = reverse("thread", args=[thread_id, "fil"]) if thread_id else reverse("follows")
    context: dict[str, object] = {"reason": reason, "text": text, "url": site_address() + path}
    context["has_thread"] = thread_id is not None
    subject = _("Votre réponse n’est pas publiée")
    answer_with_refusal(person, mail, subject, "mail/thread_mail/refusal.txt", context)


def answer_with_refusal(
    person: User, mail: IncomingMail, subject: str, template: str, context: dict[str, object]
) -> None:
    """Answer that nothing of ``mail`` is published, which no page says.

    Raise RefusalNotSent where they cannot be told now.
    """
    if not answer_mail(person, mail, subject, template, context):
        raise RefusalNotSent


def answer_with_receipt(
    received: ReceivedMail,
    mail: IncomingMail,
    reply: Reply,
    files: FilesOfMail,
    subject: str,
    template: str,
    **others: object,
) -> None:
    """Answer with what became of ``mail``, what was folded, and where that is put back.

    And with what became of its ``files``: where mails bring nothing of the space, only how
    many they are.
    """
    post, site = received.post, site_address()
    assert post is not None
    context = {
        "post": post,
        "thread": post.thread,
        "space": post.thread.space,
        **_shown_of_mail(post, reply, files),
        "has_pictures": files.has_pictures,
        "edit_url": site + reverse("edit-post", args=[post.pk]),
        "url": site + _address_in_mail(post),
        "received_url": site + reverse("received-mail", args=[received.pk]),
    }
    answer_mail(received.person, mail, subject, template, context | others)


def _shown_of_mail(post: Post, reply: Reply, files: FilesOfMail) -> dict[str, object]:
    """What a receipt says of a mail that became ``post``: how many files, where so asked."""
    number_left_out = len(files.reasons) + files.others
    counts = {"joined_number": len(files.joined), "left_out_number": number_left_out}
    if not post.thread.space.is_quoted_in_mails:
        return {"text": "", "folded": "", **counts}
    return {
        "text": post.text,
        "folded": reply.folded[:_MAX_FOLDED],
        "joined": files.joined,
        "reasons": files.reasons,
        "others": files.others,
        **counts,
    }


def _address_in_mail(post: Post) -> str:
    """The URL of ``post``, in which the title of its thread is only where mails say that."""
    named = post.thread.space.is_titled_in_mails
    return post.page_url() if named else post.get_absolute_url()


def answer_mail(
    person: User, mail: IncomingMail, subject: str, template: str, context: dict[str, object]
) -> bool:
    """Answer ``mail`` to ``person`` with what ``template`` says, as machines answer.

    Return whether it was sent.
    """
    body = render_to_string(template, context)
    headers = dict(AUTOMATIC_ANSWER)
    if answered := mail.given_message_id:
        headers |= {"In-Reply-To": answered, "References": answered}
    return send(person.email, subject, body, headers=headers)
