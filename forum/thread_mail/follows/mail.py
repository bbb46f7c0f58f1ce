"""What someone is told who followed a thread by mail, or stopped."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from forum.incoming_mail.message import IncomingMail
from forum.models import Thread
from forum.thread_mail.models import ThreadMailKey
from forum.thread_mail.replies.mail import answer_mail


def send_confirmation(
    key: ThreadMailKey, mail: IncomingMail, thread: Thread | None, *, follows: bool
) -> None:
    """Tell them which it is now. ``thread``: None where they see it no more."""
    context = {"thread": thread, "follows": follows, "url": site_address() + reverse("follows")}
    subject = _("Vous suivez ce fil") if follows else _("Vous ne suivez plus ce fil")
    answer_mail(key.person, mail, subject, "thread_mail/follow_confirmation.txt", context)
