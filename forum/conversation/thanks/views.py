"""The buttons that thank for a post and take that back, and the page of who thanked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.base.pagination import NumberedPage, page_number
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.thanks import actions, queries
from forum.conversation.thanks.rules import may_read_who_thanked
from forum.conversation.threads.composer import get_post_or_404
from forum.conversation.threads.login_redirects import redirect_to_sign_in

if TYPE_CHECKING:
    from forum.models import Post


#: Each is told to all who have the page open, and rings once more.
_THANKS = RateLimit("thank_for_post", "60/10m/user,300/d/user")
_NAMES_OF_A_PAGE = 50


@require_POST
def thank_for_post(request: ViewerRequest, pk: int) -> HttpResponse:
    """Thank for a post."""
    return _change(request, pk, actions.thank_for_post)


@require_POST
def take_thanks_back(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take back one's thanks for a post."""
    return _change(request, pk, actions.take_thanks_back)


@require_safe
def thanks(request: ViewerRequest, pk: int) -> HttpResponse:
    """Who thanked for a post; to who is told no names, how many did."""
    viewer, post = request.viewer, get_post_or_404(request, pk)
    context: dict[str, Any] = {"post": post, "thread": post.thread}
    if may_read_who_thanked(viewer, post):
        rows = queries.thanks_for(viewer, post)
        context["page"] = NumberedPage(rows, page_number(request.GET), _NAMES_OF_A_PAGE)
    return render(request, "conversation/thanks/thanks.html", context)


def _change(
    request: ViewerRequest, pk: int, action: Callable[[Post, Viewer], None]
) -> HttpResponse:
    viewer = request.viewer
    if not viewer.is_registered:
        return redirect_to_sign_in(request, reverse("post", args=[pk]))
    post = get_post_or_404(request, pk)
    if refusal := _THANKS.refusal(request):
        messages.error(request, refusal)
    else:
        action(post, viewer)
    return redirect(post.page_url())
