"""The page on which one says how a question was settled otherwise."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.rate_limits import RateLimit
from accounts.base.resume_form import pop_saved_form
from forum.base import rules
from forum.base.readership import readership_of
from forum.base.rules import Refused, refusal_reason
from forum.conversation.threads.composer import set_form_values
from forum.conversation.threads.login_redirects import registered_required
from forum.conversation.threads.queries import get_thread
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.settlements.forms import SettlementForm

#: Each is told to all who have the page open.
_SETTLEMENTS = RateLimit("settle_question", "20/10m/user,100/d/user")


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def settle(request, pk):
    """The form that settles a question otherwise, for who may accept an answer."""
    viewer = request.viewer
    thread = get_thread(viewer, pk)
    if not rules.may_accept_answer(viewer, thread):
        why = _("C’est à qui pose la question de dire comment elle a été réglée.")
        raise Refused(refusal_reason(viewer, thread, why))
    if request.method != "POST":
        said = thread.page_settlement
        initial = {"settlement": said.text if said else ""}
        initial["shown_readers"] = readership_of(thread.space).stamp
        form = SettlementForm(initial=initial | (pop_saved_form(request) or {}))
        return _render(request, thread, form)
    form = SettlementForm(request.POST)
    if not form.is_valid():
        return _render(request, thread, form, 422)
    if refusal := _SETTLEMENTS.refusal(request):
        form.add_error("settlement", refusal)
        return _render(request, thread, form, 429)
    said = form.cleaned_data
    try:
        thread = settle_question(thread, viewer, said["settlement"], said["shown_readers"])
    except Refused as refusal:
        form.add_error("settlement", str(refusal))
        set_form_values(form, shown_readers=readership_of(thread.space).stamp)
        return _render(request, thread, form, 403)
    messages.success(request, _("La question est réglée."))
    return redirect(thread)


def _render(request, thread, form, status=200):
    context = {"thread": thread, "form": form, "readership": readership_of(thread.space)}
    return render(request, "conversation/settlements/settle.html", context, status=status)
