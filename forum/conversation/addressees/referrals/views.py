"""The pages on which one passes on, or declines, a question that one received."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import Render, answer_form, form_page, posted
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import MemberRateLimit
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.referrals import actions
from forum.conversation.addressees.referrals.forms import DeclineForm, PassOnForm
from forum.conversation.addressees.referrals.queries import received_question
from forum.conversation.addressees.referrals.rules import may_answer_for
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.models import Thread

#: Each is told to others, and to all who have the page open.
_REFERRALS = MemberRateLimit(
    "referral",
    "20/h/user,60/d/user,100/h/key",
    waiting="5/h/user,10/d/user,10/h/key",
)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def pass_on(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that passes a received question on."""
    viewer = request.viewer
    question = _open_question(viewer, pk)
    form = PassOnForm(posted(request), viewer=viewer, question=question)

    def act(to: Addressee, word: str, **_chosen: Any) -> Thread:
        actions.pass_on(question, viewer, to, word)
        words = _(
            "La question est transmise : %(name)s la trouvera dans sa boîte de réception."
        )
        messages.success(request, words % {"name": to.full_name})
        return question.thread

    page = _page(request, question, "pass_on")
    return answer_form(request, form, act, page, limit=_REFERRALS)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def decline(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that says that a received question is not for one."""
    viewer = request.viewer
    question = _open_question(viewer, pk)
    initial = {"reason": question.decline_reason, "words": question.decline_words}
    form = DeclineForm(posted(request), initial=initial)

    def act(**declined: str) -> Thread:
        actions.decline(question, viewer, **declined)
        messages.success(request, _("C’est noté : la question ne vous attend plus."))
        return question.thread

    page = _page(request, question, "decline")
    return answer_form(request, form, act, page, limit=_REFERRALS)


@require_POST
@registered_required("home")
def take_decline_back(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take back that one declined a question."""
    viewer = request.viewer
    question = received_question(viewer, pk)
    if refusal := _REFERRALS.refusal(request):
        messages.error(request, refusal)
    else:
        actions.take_decline_back(question, viewer)
    return redirect(question.thread)


def _open_question(viewer: Viewer, pk: int) -> ThreadAddressee:
    """The received question. Raise Refused where nobody waits for an answer any more."""
    question = received_question(viewer, pk)
    if not may_answer_for(viewer, question.thread):
        raise Refused(_("Cette question n’attend plus de réponse de votre part."))
    return question


def _page(request: ViewerRequest, question: ThreadAddressee, name: str) -> Render:
    context = {"question": question, "thread": question.thread}
    return form_page(request, f"conversation/addressees/{name}.html", context)
