"""What someone is told who followed a thread by mail, or stopped."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.thread_mail.models import ThreadMailKey
from forum.mail.thread_mail.replies.mail import answer_mail
from forum.models import Thread


def send_confirmation(
    key: ThreadMailKey, mail: IncomingMail, thread: Thread | None, *, follows: bool
) -> None:
    """Tell them which it is now. ``thread``: None where they see it no more."""
    url = site_address() + reverse("follows")
    context: dict[str, object] = {"thread": thread, "follows": follows, "url": url}
    subject = _("Vous suivez ce fil") if follows else _("Vous ne suivez plus ce fil")
    answer_mail(key.person, mail, subject, "mail/thread_mail/follow_confirmation.txt", context)
