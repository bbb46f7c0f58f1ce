"""What the worker does about mail, at once."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

from django.core import mail
from django.utils import timezone

from forum.mail.thread_mail.actions import plan_next_mails, send_next_mail
from forum.mail.thread_mail.models import PostMail
from forum.mail.thread_mail.notifications.actions import (
    plan_changed_notifications,
    send_next_notifications,
)
from forum.mail.thread_mail.notifications.models import NotificationMail
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


def outlook_answer(person_email, mail, case="Outlook"):
    """``(message, what is published of it)``: ``mail`` is answered as Outlook does in French.

    ``case``: which of ``reply_cases.txt``, where others say how they quote.
    """
    cases = Path(__file__).parent.parent / "incoming_mail" / "reply_cases.txt"
    text = cases.read_text().partition(f"\n=== {case}\n")[2].partition("\n=== ")[0]
    written, _dashes, published = text.partition("\n---\n")
    message, subject = EmailMessage(), mail["Subject"].removeprefix("Re: ")
    message["From"] = f"{person_email.partition('@')[0].title()} <{person_email}>"
    message["To"] = mail["Reply-To"]
    message["Subject"] = f"RE: {subject}"
    message["Thread-Topic"] = subject
    message["Date"] = format_datetime(timezone.localtime())
    message["Message-ID"] = f"<{uuid4().hex.upper()}@PR0P264MB0001.FRAP264.PROD.OUTLOOK.COM>"
    message["In-Reply-To"] = mail["Message-ID"]
    message["References"] = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
    message["Accept-Language"] = "fr-FR, en-US"
    message.set_content(written, cte="quoted-printable")
    return message, published.strip()


def send_notifications(person):
    """What is mailed to ``person``, as if all had waited."""
    NotificationMail.objects.update(due_at=timezone.now())
    before = len(mail.outbox)
    while send_next_notifications() is not None:
        pass
    return [one for one in mail.outbox[before:] if one.to == [person.email]]


def deliver_notifications(person):
    """Plan what changed, and send it."""
    plan_changed_notifications()
    return send_notifications(person)
