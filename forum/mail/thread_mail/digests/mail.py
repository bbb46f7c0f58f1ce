"""The digest as a mail: one column, short, in the language of its reader."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.mail import plain_body, site_address, with_inline_styles
from accounts.base.text import excerpt
from accounts.models import User
from forum.base.markup import plain_text
from forum.finding.saved_searches.notifications import notification_of
from forum.mail.thread_mail.bounces.proof import proof_header
from forum.mail.thread_mail.digests.digest_content import DigestContent
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.digests.queries import EXCERPT, EXCERPT_BESIDE_ISSUE
from forum.mail.thread_mail.mail import (
    AUTOMATIC,
    mail_domain,
    stop_headers,
)
from forum.mail.thread_mail.mail_links.tokens import DigestNews, sign_digest, sign_proposed
from forum.models import Post, Space


def compose_digest(
    content: DigestContent, person: User, row: Digest, stop_key: str
) -> EmailMultiAlternatives:
    """The mail to ``person`` of ``content``, in the language that is active."""
    site = site_address()
    stop = site + reverse("stop-digest", args=[stop_key])
    quoted = EXCERPT_BESIDE_ISSUE if content.week else EXCERPT
    context = {
        "content": content,
        "site": site,
        "finds": [notification_of(*find).in_mail() for find in content.finds],
        "threads": [
            (news, _excerpt(news.post, news.follow.thread.space, quoted))
            for news in content.shown_threads
            if news.follow.thread.space.is_titled_in_mails
        ],
        "untitled_spaces": _untitled_spaces(content),
        "experiences": [
            (post, _excerpt(post, post.thread.space, quoted), site + _follow_url(person, post))
            for post in ([content.experience] if content.experience else ())
        ],
        "questions": _with_follow_urls(content.questions, person),
        "waiting_questions": _with_follow_urls(content.waiting_questions, person),
        "read_url": site + _read_url(person, content),
        "stop_url": stop,
        "settings_url": site + reverse("mail-settings"),
    }
    body = render_to_string("mail/thread_mail/digests/digest.txt", context)
    page = render_to_string("mail/thread_mail/digests/digest.html", context)
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


def _excerpt(post: Post, space: Space, length: int) -> str:
    """The beginning of ``post``, where its ``space`` lets mails quote it."""
    return excerpt(plain_text(post.html), length) if space.is_quoted_in_mails else ""


def _untitled_spaces(content: DigestContent) -> list[Space]:
    """The spaces with news of which mails say no more than that."""
    spaces = [news.follow.thread.space for news in content.shown_threads]
    return [it for it in {it.pk: it for it in spaces}.values() if not it.is_titled_in_mails]


def _follow_url(person: User, post: Post) -> str:
    return reverse("follow-by-mail", args=[sign_proposed(person.pk, post.thread_id)])


def _with_follow_urls(posts: Sequence[Post], person: User) -> list[tuple[Post, str]]:
    """Each of ``posts`` with the address by which ``person`` follows its thread."""
    return [(post, site_address() + _follow_url(person, post)) for post in posts]


def _read_url(person: User, content: DigestContent) -> str:
    numbers = {news.follow.thread_id: news.last_number for news in content.threads}
    news = DigestNews(person.pk, content.until, numbers)
    return reverse("mark-digest-read", args=[sign_digest(news)])
