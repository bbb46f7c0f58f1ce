"""The page on which one puts a question to others, once it is asked."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.base.exceptions import FieldRefusal
from accounts.base.form_views import answer_form, posted
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused, refusal_reason
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.selection.actions import ask_others
from forum.conversation.addressees.selection.forms import CRITERIA, AskOthersForm
from forum.conversation.addressees.selection.queries import (
    EXPERTISE,
    SIMILAR,
    Proposals,
    proposals,
)
from forum.conversation.addressees.selection.rate_limits import PROPOSALS, QUESTIONS_TO_SEVERAL
from forum.conversation.addressees.selection.rules import may_ask_others
from forum.conversation.threads.composer import set_form_values
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import get_thread


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def ask(request: ViewerRequest, pk: int) -> HttpResponse:
    """Criteria, those whom they find as boxes to untick, and the button that asks them."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if not may_ask_others(viewer, thread):
        why = _(
            "C’est à qui pose la question, ou à l’équipe d’animation, d’interroger d’autres."
        )
        raise Refused(refusal_reason(viewer, thread, why))
    form = AskOthersForm(posted(request), initial=dict(CRITERIA), viewer=viewer)
    if not form.is_bound:
        has_territory = form.own_territories.exists()
        form.initial.setdefault("ask", SIMILAR if has_territory else EXPERTISE)

    def act(addressee: list[Addressee], **_criteria: Any) -> HttpResponse | Thread:
        if form.asks_for_proposals:
            return _render_proposals(request, viewer, thread, form)
        if not addressee:
            raise FieldRefusal(_("Gardez au moins une case cochée."), "addressee")
        QUESTIONS_TO_SEVERAL.check(request)
        rows = ask_others(thread, viewer, addressee)
        asked = ngettext(
            "La question est posée à un de plus.",
            "La question est posée à %(n)d de plus.",
            len(rows),
        )
        messages.success(request, asked % {"n": len(rows)})
        return thread

    page = partial(_render, request, thread)
    return answer_form(request, form, act, page, error_field="addressee")


def _render_proposals(
    request: ViewerRequest, viewer: Viewer, thread: Thread, form: AskOthersForm
) -> HttpResponse:
    if (criteria := form.criteria) is None:
        return _render(request, thread, form)
    if refusal := PROPOSALS.refusal(request):
        form.add_error("ask", refusal)
        return _render(request, thread, form, 429)
    proposed = proposals(viewer, criteria, thread.space, thread.topic, thread)
    proposed, values = form.with_proposals(proposed, criteria.mode)
    set_form_values(form, **values)
    return _render(request, thread, form, proposed=proposed)


def _render(
    request: ViewerRequest,
    thread: Thread,
    form: AskOthersForm,
    status: int = 200,
    proposed: Proposals | None = None,
) -> HttpResponse:
    testified = proposed.testified_values if proposed else ()
    context = {"thread": thread, "form": form, "proposals": proposed, "testified": testified}
    return render(request, "conversation/addressees/ask_others.html", context, status=status)
