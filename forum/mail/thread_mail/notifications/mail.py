"""What concerns a person, as a mail: each with its post, and the page on which they act."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.base.mail import plain_body, site_address, with_inline_styles
from accounts.base.text import excerpt
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.markup import plain_text
from forum.base.rules import may_reply
from forum.conversation.inbox.notification import Notification
from forum.conversation.thanks.rules import may_thank
from forum.mail.thread_mail.actions import key_of
from forum.mail.thread_mail.bounces.proof import proof_header
from forum.mail.thread_mail.mail import (
    AUTOMATIC,
    content_of,
    header_text,
    mail_domain,
    message_id,
    own_address_of,
    stop_headers,
)
from forum.mail.thread_mail.notifications.queries import (
    MAX_LINES,
    posts_to_quote,
    welcome_spaces,
    welcome_threads,
)
from forum.models import Post

#: Characters of a subject, and of a post that is quoted.
_MAX_SUBJECT, _MAX_QUOTED = 120, 2_000


def compose_notifications(
    notifications: Sequence[Notification], viewer: Viewer, person: User, pk: int, stop_key: str,
    kind: str = "notifications",
) -> EmailMultiAlternatives:  # fmt: skip
    """The mail to ``person`` of these, one at least, in the language that is active.

    Each has the post that it tells of, where ``viewer``, who the person is, sees that and its
    space sends texts. One alone is answered by mail, if it has the whole post, no links.
    ``pk``: of the row in the queue, by which its Message-ID is always the same. ``kind``: what
    ``stop_key`` stops, "notifications" or "welcomes".
    """
    site, shown = site_address(), notifications[:MAX_LINES]
    stop = site + reverse(f"stop-{kind}", args=[stop_key])
    posts = posts_to_quote(viewer, shown)
    quoted = [_quoted(posts.get(number), viewer, site) for number in range(len(shown))]
    post = posts.get(0) if len(notifications) == 1 else None
    reply_to = _reply_to(post, viewer) if post and not shown[0].answers else []
    context = {
        "kind": kind,
        "notifications": list(zip(shown, quoted, strict=True)),
        "reply_to": reply_to,
        "welcome": _welcome(viewer, shown),
        "has_more": len(notifications) > MAX_LINES,
        "site": site,
        "stop_url": stop,
        "settings_url": site + reverse("mail-settings"),
    }
    body = render_to_string("mail/thread_mail/notifications/notifications.txt", context)
    mail = EmailMultiAlternatives(
        _subject(notifications),
        plain_body(body),
        settings.DEFAULT_FROM_EMAIL,
        [person.email],
        headers={
            "Message-ID": _message_id(post, pk, kind),
            **stop_headers(stop),
            **AUTOMATIC,
            **proof_header(person),
        },
        reply_to=reply_to,
    )
    page = render_to_string("mail/thread_mail/notifications/notifications.html", context)
    mail.attach_alternative(with_inline_styles(page), "text/html")
    return mail


def _subject(notifications: Sequence[Notification]) -> str:
    """What the first that waits for its person says, else the first; and how many others."""
    first = next((it for it in notifications if it.is_waiting), notifications[0])
    if not (others := len(notifications) - 1):
        return header_text(first.text, _MAX_SUBJECT)
    more = ngettext("(et %(n)d autre nouvelle)", "(et %(n)d autres nouvelles)", others)
    more %= {"n": others}
    return f"{header_text(first.text, _MAX_SUBJECT - len(more) - 1)} {more}"


def _message_id(post: Post | None, pk: int, kind: str) -> str:
    """The Message-ID of the mail of this row of the queue of its ``kind``."""
    name = f"{pk}" if kind == "notifications" else f"{kind}.{pk}"
    return message_id(post.pk, name) if post else f"<notification-{name}@{mail_domain()}>"


def _welcome(viewer: Viewer, notifications: Sequence[Notification]) -> dict[str, object]:
    """What a new member is told: what is open, threads of their like, whom to ask.

    Nothing where no notification welcomes them, or where they have not signed the charter.
    """
    if not viewer.is_member or not any(it.is_welcome for it in notifications):
        return {}
    return {
        "spaces": welcome_spaces(viewer),
        "threads": welcome_threads(viewer),
        "is_answered_by_mail": bool(settings.FORUM_REPLY_ADDRESS),
        "publisher": settings.FORUM_PUBLISHER,
    }


def _reply_to(post: Post, viewer: Viewer) -> list[str]:
    """The address by which ``viewer`` answers ``post``, if they have all of it and may."""
    is_answered = len(post.text) <= _MAX_QUOTED and may_reply(viewer, post.thread)
    if not (is_answered and viewer.person_id):
        return []
    return own_address_of(key_of(viewer.person_id, post.thread_id).key)


def _quoted(post: Post | None, viewer: Viewer, site: str) -> dict[str, object]:
    """What the mail shows of ``post``: of a long one the beginning; nothing without one."""
    if post is None:
        return {}
    thanking_id = viewer.person_id if may_thank(viewer, post, post.thread) else None
    content = content_of(post, site, thanking_id)
    if len(post.text) > _MAX_QUOTED:
        content |= {"text": excerpt(plain_text(post.html), _MAX_QUOTED), "html": ""}
    return content
