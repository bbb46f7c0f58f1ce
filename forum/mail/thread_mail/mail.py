"""The mail that brings a post: readable everywhere, and threaded by every program.

Its headers are those of a list: RFC 2369 and 2919 (who it is from, how to stop), 8058 (in one
click), 3834 (nobody answers by a machine). The address of whoever wrote is in none of them.
"""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import html

from accounts.base.mail import plain_body, site_address, with_inline_styles
from accounts.base.text import printable_line
from accounts.models import User
from forum.base.markup import text_for_mail
from forum.base.spaces.new_thread_addresses import takes_new_threads
from forum.conversation.files.models import FileState
from forum.conversation.files.shown_file import ShownFile
from forum.conversation.follows.subscriptions.models import Subscription
from forum.mail.thread_mail.bounces.proof import proof_header
from forum.mail.thread_mail.mail_links.tokens import sign_thanks
from forum.mail.thread_mail.meeting_invitations.queries import AnnouncedMeeting
from forum.mail.thread_mail.models import ThreadMailKey
from forum.models import Post, Space

#: What says that no machine need answer (RFC 3834).
AUTOMATIC = {
    "Precedence": "list",
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
}
#: What a subject is cut to: longer ones are folded by programs that unfold them badly.
_MAX_SUBJECT, _MAX_NAME = 120, 100
#: A longer one is encoded as it is folded, and no program reads it.
_MAX_ADDRESS = 74


def compose(
    post: Post,
    person: User,
    key: ThreadMailKey,
    subscription: Subscription | None,
    *,
    may_thank: bool,
    announced: AnnouncedMeeting | None = None,
) -> EmailMultiAlternatives:
    """The mail to ``person`` of ``post``, in the language that is active.

    ``post`` is read with its byline and the space of its thread; ``key`` stands for the person
    and the thread, in links by another word than in the address to answer to;
    ``subscription`` is what brought it to them, if they did not choose it;
    ``may_thank``: whether they may thank for it, which a link then does. ``announced``: the
    meeting that it announces.
    Where the space says so, it tells no more than the title, or that there is something new;
    then nobody answers by mail what they have not read.
    """
    site, space = site_address(), post.thread.space
    own_address = own_address_of(key.key)
    addresses = _addresses(post, key, site)
    context: dict[str, object] = {"space": space, **addresses}
    if space.is_titled_in_mails:
        subject, sender, name = _subject(post), _sender(post), "post"
        reply_to = own_address if space.is_quoted_in_mails else []
        context |= {"subscription": subscription, "reply_to": reply_to, "announced": announced}
        context |= content_of(post, site, person.pk if may_thank else None)
    else:
        sender, reply_to, name = settings.DEFAULT_FROM_EMAIL, [], "notice"
        subject = _("Foirail : du nouveau dans « %(space)s »") % {
            "space": header_text(str(space), _MAX_NAME)
        }
    mail = EmailMultiAlternatives(
        subject,
        plain_body(render_to_string(f"mail/thread_mail/{name}.txt", context)),
        sender,
        [person.email],
        headers=_headers(post, addresses["stop_url"], site) | proof_header(person),
        reply_to=reply_to,
    )
    _add_stop_address(mail, own_address)
    page = render_to_string(f"mail/thread_mail/{name}.html", context)
    mail.attach_alternative(with_inline_styles(page), "text/html")
    return mail


def _addresses(post: Post, key: ThreadMailKey, site: str) -> dict[str, str]:
    """The pages that the links lead to in every mail of ``post``."""
    return {
        "url": site + post.get_absolute_url(),
        "read_url": site + reverse("mark-read-by-mail", args=[key.link_key, post.number]),
        "settings_url": site + reverse("mail-settings"),
        "stop_url": site + reverse("stop-mail", args=[key.link_key]),
    }


def _subject(post: Post) -> str:
    title = header_text(post.thread.title, _MAX_SUBJECT)
    return title if post.number == 1 else f"Re: {title}"


def content_of(post: Post, site: str, thanking_id: int | None) -> dict[str, object]:
    """What mails show of ``post`` where its space lets them name its thread.

    ``thanking_id``: whose link thanks for it, once they have read it; None for no link.
    """
    url = site + post.page_url()
    thank_url, is_quoted = "", post.thread.space.is_quoted_in_mails
    if is_quoted and thanking_id:
        thank_url = site + reverse("thank-by-mail", args=[sign_thanks(thanking_id, post.pk)])
    return {
        "thank_url": thank_url,
        "post": post,
        "thread": post.thread,
        "url": url,
        "text": text_for_mail(post.text).replace("](/", f"]({site}/") if is_quoted else "",
        "html": _with_whole_links(post.html, url) if is_quoted else "",
        "files": files_in_mail(post, site, url) if is_quoted else [],
    }


def files_in_mail(post: Post, site: str, url: str) -> list[tuple[ShownFile, str]]:
    """The files of ``post`` and where each is; those that are not ready are at its ``url``.

    Without those that could not be read: its author alone is told of them.
    """
    files = (it for it in post.shown_files if it.state != FileState.REFUSED)
    return [(it, site + it.address if it.state == FileState.READY else url) for it in files]


def own_address_of(key: str) -> list[str]:
    """The address by which the person answers in the thread; none where mail does not come."""
    name, at, domain = settings.FORUM_REPLY_ADDRESS.partition("@")
    return [f"{name}+{key}@{domain}"] if at else []


def _add_stop_address(mail: EmailMultiAlternatives, own_address: list[str]) -> None:
    """Say by which address the person stops the thread, where one of them is short enough."""
    for address in own_address:
        stop_address = f"<mailto:{address.replace('@', '+stop@')}>"
        if len(stop_address) <= _MAX_ADDRESS:
            mail.extra_headers["List-Unsubscribe"] += f", {stop_address}"


def _sender(post: Post) -> str:
    """Who wrote, through the site, at the address of the site."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = _("%(person)s via Foirail") % {"person": header_text(str(post.author), _MAX_NAME)}
    return formataddr((name, address))


def header_text(text: str, length: int) -> str:
    """``text`` for a header: one printable line, in which nothing is decoded once more."""
    return printable_line(text, length).replace("=?", "= ?").replace("?=", "? =")


def _with_whole_links(source: str, page: str) -> str:
    """The HTML of a post with links that lead on from a mail, too: whole addresses.

    Folded parts are unfolded, as not all programs can.
    """
    tree = html.fragment_fromstring(source, create_parent="div")
    for part in tree.iter("details"):
        part.set("open", "")
    tree.make_links_absolute(page, resolve_base_href=False, handle_failures="ignore")
    return str(html.tostring(tree, encoding="unicode"))


def message_id(post_id: int, notification_id: str = "") -> str:
    """The Message-ID of the mails of a post, the same for all who get it.

    ``notification_id``: of a mail of something else that happened about it, which has another.
    """
    name = f"{post_id}.{notification_id}" if notification_id else post_id
    return f"<post-{name}@{mail_domain()}>"


def stop_headers(url: str) -> dict[str, str]:
    """What tells programs that ``url`` stops mails of a kind, in one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def mail_domain() -> str:
    """The domain of the address that mails come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]


def _list_post(space: Space) -> dict[str, str]:
    """Where programs write that answer to the list: an answer there stands in its thread."""
    has_one = space.mail_address and space.is_quoted_in_mails and takes_new_threads()
    return {"List-Post": f"<mailto:{space.mail_address}>"} if has_one else {}


def _headers(post: Post, stop: str, site: str) -> dict[str, str]:
    thread = post.thread
    headers = {
        "Message-ID": message_id(post.pk),
        "List-Id": f"<{thread.space.slug}.{mail_domain()}>",
        "List-Archive": f"<{site}{thread.space.get_absolute_url()}>",
        **_list_post(thread.space),
        **stop_headers(stop),
        **AUTOMATIC,
    }
    if post.number > 1:
        # All under the first one: whoever nests each under the one before shows a staircase.
        posts = thread.posts.filter(number__in=[1, post.number - 1]).order_by("number")
        before = [message_id(pk) for pk in posts.values_list("pk", flat=True)]
        headers |= {"In-Reply-To": " ".join(before), "References": before[0]}
    return headers
