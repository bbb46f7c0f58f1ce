"""The forms that remove and restore a consultation, and its minutes as a file."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse

from accounts.base.form_views import Limit, answer_form, form_page, posted
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import require
from forum.conversation.consultations import actions, rules
from forum.conversation.consultations.forms import RemoveForm, RestoreForm
from forum.conversation.consultations.models import Consultation
from forum.conversation.threads.models import Thread

#: A PDF takes some time to make.
_MINUTES = RateLimit("minutes", "20/10m/user")


def answer_minutes(
    request: ViewerRequest, pk: int, render: Callable[[], bytes]
) -> HttpResponse:
    """The PDF that ``render`` makes of the minutes of consultation ``pk``."""
    _MINUTES.check(request)
    answer = HttpResponse(render(), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="proces-verbal-{pk}.pdf"'
    return answer


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
