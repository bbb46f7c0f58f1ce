"""The page on which who asked says whether a question is settled."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.base.rate_limits import RateLimit
from accounts.base.text import excerpt
from accounts.viewers.middleware import ViewerRequest
from forum.base import rules
from forum.base.markup import plain_text
from forum.base.rules import Refused, refusal_reason
from forum.conversation.questions.quiet_questions.actions import postpone_reminder
from forum.conversation.questions.quiet_questions.queries import replies_to_choose
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.queries import get_thread

#: Characters of a reply that one chooses among.
_EXCERPT_LENGTH = 240
_ANSWERS = RateLimit("postpone_reminder", "30/10m/user,200/d/user")


@require_safe
@registered_required()
def question_state(request: ViewerRequest, pk: int) -> HttpResponse:
    """The page that asks by which reply a question is settled, otherwise, or not yet."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if not rules.may_accept_answer(viewer, thread):
        why = _("Qui pose la question retient la réponse.")
        raise Refused(refusal_reason(viewer, thread, why))
    replies = [
        (post, excerpt(plain_text(post.html), _EXCERPT_LENGTH))
        for post in replies_to_choose(viewer, thread)
    ]
    context = {"thread": thread, "replies": replies}
    return render(
        request, "conversation/questions/quiet_questions/question_state.html", context
    )


@require_POST
@registered_required("thread-short", "pk")
def not_settled(request: ViewerRequest, pk: int) -> HttpResponse:
    """Postpone the reminder of a question that is not settled."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if refusal := _ANSWERS.refusal(request):
        messages.error(request, refusal)
    else:
        postpone_reminder(thread, viewer)
        messages.success(request, _("C’est noté : elle attend toujours."))
    return redirect(thread)
