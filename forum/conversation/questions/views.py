"""The buttons that accept an answer and take that back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.conversation.questions import actions
from forum.conversation.threads.composer import get_post_or_404
from forum.conversation.threads.queries import get_thread

#: Each is told to all who have the page open.
_DECISIONS = RateLimit("accept_answer", "30/10m/user,200/d/user")


@require_POST
def accept_answer(request: ViewerRequest, pk: int) -> HttpResponse:
    """Accept a post as the answer of its question."""
    viewer = request.viewer
    post = get_post_or_404(request, pk)
    if viewer.is_registered and (refusal := _DECISIONS.refusal(request)):
        messages.error(request, refusal)
        return redirect(post.page_url())
    actions.accept_answer(post, viewer)
    return redirect(post.page_url())


@require_POST
def unaccept_answer(request: ViewerRequest, pk: int) -> HttpResponse:
    """Leave a question without an accepted answer."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if viewer.is_registered and (refusal := _DECISIONS.refusal(request)):
        messages.error(request, refusal)
        return redirect(thread)
    return redirect(actions.unaccept_answer(thread, viewer))
