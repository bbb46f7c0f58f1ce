"""The pages that links in mails open without signing in: a press of their button acts.

Opening one changes nothing. They speak of a thread only while the person whose the mail was
sees it, and say the same however often they are pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.base.rate_limits import RateLimit
from accounts.viewers.decorators import View
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.thanks.rules import may_thank
from forum.mail.thread_mail.mail_links.actions import (
    follow_proposed,
    mark_digest_news_read,
    mark_mailed_posts_read,
    thank_by_mail,
)
from forum.mail.thread_mail.mail_links.queries import (
    follows,
    has_read,
    has_thanked,
    is_digest_read,
    person_of_link,
    visible_post,
    visible_thread,
)
from forum.mail.thread_mail.mail_links.tokens import read_digest, read_proposed, read_thanks
from forum.mail.thread_mail.queries import key_of_link, mail_setting_of

if TYPE_CHECKING:
    from accounts.users.models import User
    from forum.mail.thread_mail.mail_links.tokens import DigestNews


#: A key has 60 bits and a signature more; nobody tries them all.
_LINKS = RateLimit("mail_link", "300/h/ip", counts_reading=True)


def mail_link(view: View) -> View:
    """Decorate a page that a link in a mail opens, by GET, and whose button posts to it."""
    view = require_http_methods(["GET", "HEAD", "POST"])(view)
    # The address alone says whose it is: nobody who does not know it can post to it.
    return never_cache(csrf_exempt(view))


def signed_link[About](
    read: Callable[[str], tuple[int, About]],
) -> Callable[[Callable[[ViewerRequest, User, About], HttpResponse]], View]:
    """Decorate a page of a link whose ``token`` is signed; it is not there if that is forged.

    ``read`` gives of the token the id of the person whose the mail was, and what it is about;
    the page is given the person and that.
    """

    def decorate(view: Callable[[ViewerRequest, User, About], HttpResponse]) -> View:
        @mail_link
        @wraps(view)
        def respond(request: ViewerRequest, token: str) -> HttpResponse:
            if refusal := _LINKS.refusal(request):
                return render(request, "429.html", {"refusal": refusal}, status=429)
            try:
                person_id, about = read(token)
            except SignatureExpired:
                return _render_expired(request)
            except BadSignature:
                raise Http404 from None
            if (person := person_of_link(person_id)) is None:
                raise Http404
            return view(request, person, about)

        return respond

    return decorate


@mail_link
def mark_post_read(request: ViewerRequest, key: str, number: int) -> HttpResponse:
    """The thread of a mail is read, as far as the post that the mail brought."""
    if refusal := _LINKS.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    if (mail_key := key_of_link(key)) is None:
        raise Http404
    reader = viewer_of_person(mail_key.person)
    if request.method == "POST":
        mark_mailed_posts_read(reader, mail_key.thread_id, number)
    context = {
        "what": "post",
        "thread": visible_thread(reader, mail_key.thread_id),
        "is_done": has_read(reader, {mail_key.thread_id: number}),
    }
    return _render(request, mail_key.person, context)


@signed_link(read_digest)
def mark_digest_read(request: ViewerRequest, person: User, news: DigestNews) -> HttpResponse:
    """All that a digest told is read: threads as far as it told, notifications until then."""
    reader = viewer_of_person(person)
    if request.method == "POST":
        mark_digest_news_read(person, reader, news)
        person.refresh_from_db(fields=["inbox_read_at"])
    context = {"what": "digest", "is_done": is_digest_read(person, reader, news)}
    return _render(request, person, context)


@signed_link(read_proposed)
def follow_from_digest(request: ViewerRequest, person: User, thread_id: int) -> HttpResponse:
    """A thread that a digest proposed is followed, where its reader sees it still."""
    reader = viewer_of_person(person)
    if request.method == "POST":
        follow_proposed(thread_id, reader)
    thread = visible_thread(reader, thread_id)
    context = {"what": "follow", "thread": thread, "is_done": follows(reader, thread_id)}
    return _render(request, person, context)


@signed_link(read_thanks)
def thank_from_mail(request: ViewerRequest, person: User, post_id: int) -> HttpResponse:
    """Thank for the post that a mail brought, where its reader sees it and may."""
    reader = viewer_of_person(person)
    post = visible_post(reader, post_id)
    if post and request.method == "POST":
        thank_by_mail(post, reader)
        post = visible_post(reader, post_id)
    context = {
        "post": post,
        "is_done": post and has_thanked(reader, post),
        "may_thank": post and may_thank(reader, post, post.thread),
    }
    return _render(request, person, context, "mail/thread_mail/thank.html")


def _render_expired(request: ViewerRequest) -> HttpResponse:
    context = {"what": "expired"}
    return render(request, "mail/thread_mail/mail_link.html", context, status=410)


def _render(
    request: ViewerRequest,
    person: User,
    context: dict[str, Any],
    template: str = "mail/thread_mail/mail_link.html",
) -> HttpResponse:
    """The page, in the language of the person's mails."""
    with override(mail_setting_of(person.pk).language):
        page = render(request, template, context)
        page.headers["Content-Language"] = get_language()
    return page
