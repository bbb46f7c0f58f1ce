"""The page on which one says how a question was settled otherwise."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.form_views import answer_form, posted
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.base import rules
from forum.base.readership import readership_of
from forum.base.rules import Refused, refusal_reason
from forum.conversation.threads.composer import renewing_readers
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.settlements.forms import SettlementForm

#: Each is told to all who have the page open.
_SETTLEMENTS = RateLimit("settle_question", "20/10m/user,100/d/user")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def settle(request: ViewerRequest, pk: int) -> HttpResponse:
    """The form that settles a question otherwise, for who may accept an answer."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if not rules.may_accept_answer(viewer, thread):
        why = _("C’est à qui pose la question de dire comment elle a été réglée.")
        raise Refused(refusal_reason(viewer, thread, why))
    current = thread.page_settlement
    initial = {"settlement": current.text if current else ""}
    initial["shown_readers"] = readership_of(thread.space).stamp
    form = SettlementForm(posted(request), initial=initial)

    def act(settlement: str, shown_readers: str) -> Thread:
        with renewing_readers(form, thread.space):
            settled = settle_question(thread, viewer, settlement, shown_readers)
        messages.success(request, _("La question est réglée."))
        return settled

    page = partial(_render, request, thread)
    return answer_form(request, form, act, page, limit=_SETTLEMENTS, error_field="settlement")


def _render(
    request: ViewerRequest, thread: Thread, form: SettlementForm, status: int
) -> HttpResponse:
    context = {"thread": thread, "form": form, "readership": readership_of(thread.space)}
    return render(request, "conversation/settlements/settle.html", context, status=status)
