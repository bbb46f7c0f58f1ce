"""What the worker does about mail, at once."""

from datetime import timedelta
from email.message import EmailMessage

from django.core import mail
from django.utils import timezone

from forum.thread_mail.actions import plan_next_mails, send_next_mail
from forum.thread_mail.models import PostMail
from tests.factories import post_reply


def plan():
    """What the worker does every minute, as if all were settled."""
    before = timezone.now() + timedelta(seconds=1)
    while plan_next_mails(before):
        pass


def send():
    """Send what is planned, as if it had waited; return how many mails left."""
    PostMail.objects.filter(settled_at=None).update(due_at=timezone.now())
    before = len(mail.outbox)
    while send_next_mail() is not None:
        pass
    return len(mail.outbox) - before


def deliver():
    """Both."""
    plan()
    return send()


def headers(thread, author):
    """The message of a new post of ``author``, and the mail that it was."""
    post_reply(author, thread)
    deliver()
    return mail.outbox[-1].message(), mail.outbox[-1]


def answer(claire, text="Merci, **150 kW** alors.", message_id="<1@example.org>", **headers):
    """A mail by which ``claire`` answers."""
    message = EmailMessage()
    message["From"], message["Subject"] = f"Claire <{claire.email.upper()}>", "Re: Chaufferie"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message
