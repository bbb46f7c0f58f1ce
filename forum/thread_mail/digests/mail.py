"""The digest as a mail: one column, short, in the language of its reader."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from accounts.base.text import excerpt
from accounts.models import User
from forum.markup import plain_text
from forum.models import Post
from forum.saved_searches.notifications import notification_of
from forum.thread_mail.bounces.proof import proof_header
from forum.thread_mail.digests.models import Digest
from forum.thread_mail.digests.queries import EXCERPT, DigestContent
from forum.thread_mail.mail import (
    AUTOMATIC,
    mail_domain,
    plain_body,
    stop_headers,
    with_inline_styles,
)


def compose_digest(
    content: DigestContent, person: User, row: Digest, stop_key: str
) -> EmailMultiAlternatives:
    """The mail to ``person`` of ``content``, in the language that is active."""
    site = site_address()
    stop = site + reverse("stop-digest", args=[stop_key])
    context = {
        "content": content,
        "site": site,
        "threads": [(news, _excerpt(news.post)) for news in content.threads],
        "finds": [notification_of(*one) for one in content.finds],
        "experience": content.experience,
        "experience_excerpt": content.experience and _excerpt(content.experience),
        "stop_url": stop,
        "settings_url": site + reverse("mail-settings"),
    }
    body = render_to_string("thread_mail/digests/digest.txt", context)
    page = render_to_string("thread_mail/digests/digest.html", context)
    mail = EmailMultiAlternatives(
        _("Foirail : ce qui est nouveau pour vous"),
        plain_body(body),
        settings.DEFAULT_FROM_EMAIL,
        [person.email],
        headers={
            "Message-ID": f"<digest-{row.pk}@{mail_domain()}>",
            "List-Id": f"<digest.{mail_domain()}>",
            **stop_headers(stop),
            **AUTOMATIC,
            **proof_header(person),
        },
    )
    mail.attach_alternative(with_inline_styles(page), "text/html")
    return mail


def _excerpt(post: Post) -> str:
    return excerpt(plain_text(post.html), EXCERPT)
