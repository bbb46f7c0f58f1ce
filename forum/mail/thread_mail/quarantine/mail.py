"""What someone is told whose mail could not be read."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.base.mail import send, site_address
from forum.mail.thread_mail.models import ThreadMailKey
from forum.mail.thread_mail.replies.mail import AUTOMATIC_ANSWER


def send_notice(key: ThreadMailKey) -> None:
    """Tell the person of ``key`` that a mail to their address is kept, and is not published."""
    body = render_to_string("mail/thread_mail/unreadable.txt", {"url": site_address()})
    subject = _("Un courriel n’a pas pu être lu")
    send(key.person.email, subject, body, headers=AUTOMATIC_ANSWER)
