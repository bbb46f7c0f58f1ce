"""The page that a receipt leads to: what was published of a mail, and what was folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.base.parsing import parse_natural_number
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base import rules
from forum.base.readership import readership_of
from forum.base.rules import Refused
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.queries import EditConflict
from forum.mail.thread_mail.replies.actions import restore_folded
from forum.mail.thread_mail.replies.queries import own_received_mail
from forum.mail.thread_mail.replies.restoration import restored_text

if TYPE_CHECKING:
    from forum.mail.thread_mail.replies.models import ReceivedMail


_RESTORATIONS = MemberRateLimit("restore_folded", "30/h/user", waiting="10/h/user")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def received_mail(request: ViewerRequest, pk: int) -> HttpResponse:
    """What would be published if nothing were folded; a POST publishes it.

    It is for the person whose mail it was, signed in: the link is in a mail, which is sent on.
    """
    viewer = request.viewer
    received = own_received_mail(viewer, pk)
    if request.method != "POST":
        return _render(request, viewer, received)
    if refusal := _RESTORATIONS.refusal(request):
        messages.error(request, refusal)
        return _render(request, viewer, received, status=429)
    version = parse_natural_number(request.POST.get("version", "")) or 0
    readers = request.POST.get("shown_readers", "")
    try:
        post = restore_folded(received, viewer, version, readers)
    except EditConflict:
        messages.error(request, _("Ce message a changé entre-temps : relisez, puis renvoyez."))
        return _render(request, viewer, own_received_mail(viewer, pk), status=409)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _render(request, viewer, received, status=403)
    messages.success(request, _("C’est publié."))
    return redirect(post.page_url())


def _render(
    request: ViewerRequest, viewer: Viewer, received: ReceivedMail, status: int = 200
) -> HttpResponse:
    post = received.post
    assert post is not None
    whole = restored_text(received, post.text)
    may_restore = bool(received.folded) and whole != post.text
    readership = readership_of(post.thread.space)
    context = {
        "post": post,
        "thread": post.thread,
        "text": whole,
        "may_restore": may_restore and rules.may_edit_post(viewer, post, post.thread),
        "readership": readership,
    }
    return render(request, "mail/thread_mail/received_mail.html", context, status=status)
