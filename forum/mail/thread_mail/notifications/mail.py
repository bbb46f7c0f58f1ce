"""What concerns a person, as a mail: a line each, with the page on which they act."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from accounts.models import User
from forum.conversation.inbox.notification import Notification
from forum.mail.thread_mail.bounces.proof import proof_header
from forum.mail.thread_mail.mail import (
    AUTOMATIC,
    header_text,
    mail_domain,
    plain_body,
    stop_headers,
    with_inline_styles,
)
from forum.mail.thread_mail.notifications.queries import MAX_LINES

_MAX_SUBJECT = 120


def compose_notifications(
    notifications: Sequence[Notification], person: User, pk: int, stop_key: str
) -> EmailMultiAlternatives:
    """The mail to ``person`` of these, one at least, in the language that is active.

    ``pk``: of the row in the queue, by which its Message-ID is always the same.
    """
    site = site_address()
    stop = site + reverse("stop-notifications", args=[stop_key])
    context = {
        "notifications": notifications[:MAX_LINES],
        "has_more": len(notifications) > MAX_LINES,
        "site": site,
        "stop_url": stop,
        "settings_url": site + reverse("mail-settings"),
    }
    subject = header_text(notifications[0].text, _MAX_SUBJECT)
    mail = EmailMultiAlternatives(
        subject if len(notifications) == 1 else _("Foirail : ce qui vous concerne"),
        plain_body(
            render_to_string("mail/thread_mail/notifications/notifications.txt", context)
        ),
        settings.DEFAULT_FROM_EMAIL,
        [person.email],
        headers={
            "Message-ID": f"<notification-{pk}@{mail_domain()}>",
            **stop_headers(stop),
            **AUTOMATIC,
            **proof_header(person),
        },
    )
    page = render_to_string("mail/thread_mail/notifications/notifications.html", context)
    mail.attach_alternative(with_inline_styles(page), "text/html")
    return mail
