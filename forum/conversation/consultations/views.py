"""The forms that remove and restore a consultation, of whichever kind."""

from django.contrib import messages
from django.http import HttpResponse

from accounts.base.form_views import Limit, answer_form, form_page, posted
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import require
from forum.conversation.consultations import actions, rules
from forum.conversation.consultations.forms import RemoveForm, RestoreForm
from forum.conversation.consultations.models import Consultation
from forum.conversation.threads.models import Thread


def answer_removal(
    request: ViewerRequest, it: Consultation, template: str, done: str, limit: Limit
) -> HttpResponse:
    """The form that removes ``it``, and asks animators why; ``done`` is said then."""
    viewer, thread = request.viewer, it.thread
    require(rules.may_remove(viewer, thread, it), rules.no_removal_reason())
    may_delete = rules.may_delete(viewer, thread, it)

    def act(reason: str = "") -> Thread:
        removed_from = actions.remove(it, viewer, reason)
        messages.success(request, done)
        return removed_from

    form = RemoveForm(posted(request), may_delete=may_delete)
    page = form_page(request, template, {it._meta.model_name or "": it, "it": it})
    return answer_form(request, form, act, page, limit=limit)


def answer_restoral(
    request: ViewerRequest, it: Consultation, template: str, done: str, limit: Limit
) -> HttpResponse:
    """The form by which an animator shows ``it`` again, for a reason; ``done`` is said then."""
    viewer, thread = request.viewer, it.thread
    require(rules.may_restore(viewer, thread, it), rules.no_restore_reason(viewer, thread))

    def act(reason: str) -> Consultation:
        restored = actions.restore(it, viewer, reason)
        messages.success(request, done)
        return restored

    page = form_page(request, template, {it._meta.model_name or "": it, "it": it})
    return answer_form(request, RestoreForm(posted(request)), act, page, limit=limit)
