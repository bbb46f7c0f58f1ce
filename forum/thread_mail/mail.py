"""The mail that brings a post: readable everywhere, and threaded by every program.

Its headers are those of a list: RFC 2369 and 2919 (who it is from, how to stop), 8058 (in one
click), 3834 (nobody answers by a machine). The address of whoever wrote is in none of them.
"""

from __future__ import annotations

import re
from email.utils import formataddr, parseaddr
from functools import cache

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.base.mail import site_address
from accounts.base.text import one_line
from accounts.models import User
from forum.models import Post

#: What a subject is cut to: longer ones are folded by programs that unfold them badly.
_MAX_SUBJECT = 120
_OWN_LINK = re.compile(r'(href|src)="/(?!/)')


def compose(post: Post, person: User, key: str) -> EmailMultiAlternatives:
    """The mail to ``person`` of ``post``, in the language that is active.

    ``post`` is read with its byline and the space of its thread; ``key`` stands for the person
    and the thread.
    """
    site = site_address()
    stop = site + reverse("stop-mail", args=[key])
    title = one_line(post.thread.title)
    context = {
        "post": post,
        "thread": post.thread,
        "url": site + post.page_url(),
        "settings_url": site + reverse("mail-settings"),
        "stop_url": stop,
        "reply_to": _reply_to(key),
    }
    subject = title[:_MAX_SUBJECT] if post.number == 1 else f"Re: {title[:_MAX_SUBJECT]}"
    body = render_to_string("thread_mail/post.txt", context | {"text": post.text})
    html = render_to_string(
        "thread_mail/post.html", context | {"text": _OWN_LINK.sub(rf'\1="{site}/', post.html)}
    )
    mail = EmailMultiAlternatives(
        subject,
        plain_body(body),
        _sender(post),
        [person.email],
        headers=_headers(post, stop, site),
        reply_to=_reply_to(key),
    )
    mail.attach_alternative(_inliner().inline(html), "text/html")
    return mail


def _reply_to(key: str) -> list[str]:
    """The address by which the person answers in the thread; none where mail does not come."""
    name, at, domain = settings.FORUM_REPLY_ADDRESS.partition("@")
    return [f"{name}+{key}@{domain}"] if at else []


@cache
def _inliner() -> CSSInliner:
    """Writes the styles of mails beside what they are of; it fetches nothing."""
    css = render_to_string("thread_mail/post.css")
    return CSSInliner(extra_css=css, load_remote_stylesheets=False, keep_style_tags=False)


def plain_body(rendered: str) -> str:
    """A rendered template as the body of a mail: no more than one blank line together."""
    return re.sub(r"\n{3,}", "\n\n", rendered).strip() + "\n"


def _sender(post: Post) -> str:
    """Who wrote, through the site, at the address of the site."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = _("%(person)s via Foirail") % {"person": post.author}
    return formataddr((one_line(strip_tags(name)), address))


def message_id(post_id: int) -> str:
    """The Message-ID of the mails of a post, the same for all who get it."""
    return f"<post-{post_id}@{_mail_domain()}>"


def _mail_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _headers(post: Post, stop: str, site: str) -> dict[str, str]:
    thread = post.thread
    headers = {
        "Message-ID": message_id(post.pk),
        "List-Id": f"<{thread.space.slug}.{_mail_domain()}>",
        "List-Archive": f"<{site}{thread.space.get_absolute_url()}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "list",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if post.number > 1:
        first = message_id(thread.posts.order_by("number").values_list("pk", flat=True)[0])
        headers |= {"In-Reply-To": first, "References": first}
    return headers
