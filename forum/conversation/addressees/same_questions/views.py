"""The buttons that say that one has the same question, and the page of who does."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.base.pagination import NumberedPage, page_number
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.addressees.same_questions import actions
from forum.conversation.addressees.same_questions.queries import same_questions_of
from forum.conversation.threads.login_redirects import redirect_to_sign_in
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread

#: Each is told to all who have the page open.
_SAME_QUESTIONS = RateLimit("same_question", "30/10m/user,150/d/user")
_NAMES_OF_A_PAGE = 50


@require_POST
def say_same_question(request: ViewerRequest, pk: int) -> HttpResponse:
    """Record that one's organisation has the question of a thread too."""
    return _change(request, pk, actions.say_same_question)


@require_POST
def take_same_question_back(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take back that one's organisation has the question of a thread too."""
    return _change(request, pk, actions.take_same_question_back)


@require_safe
def same_questions(request: ViewerRequest, pk: int) -> HttpResponse:
    """Who has the same question, to members; to others, how many territories do."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    context: dict[str, Any] = {"thread": thread}
    if viewer.is_member:
        rows = same_questions_of(viewer, thread)
        context["page"] = NumberedPage(rows, page_number(request.GET), _NAMES_OF_A_PAGE)
    return render(request, "conversation/addressees/same_questions.html", context)


def _change(
    request: ViewerRequest, pk: int, action: Callable[[Thread, Viewer], Thread]
) -> HttpResponse:
    viewer = request.viewer
    if not viewer.is_registered:
        return redirect_to_sign_in(request, reverse("thread-short", args=[pk]))
    thread = get_thread(viewer, pk)
    if refusal := _SAME_QUESTIONS.refusal(request):
        messages.error(request, refusal)
    else:
        action(thread, viewer)
    return redirect(thread)
