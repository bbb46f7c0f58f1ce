"""The pages of appeals: the form on the statement, the page where an animator decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.base.form_views import posted
from accounts.base.resume_form import login_required_returning_to
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from forum.moderation.appeals import actions
from forum.moderation.appeals.forms import AppealForm, DecideAppealForm
from forum.moderation.appeals.models import Appeal
from forum.moderation.measures.queries import measure_for_page
from forum.moderation.pages import answer_decision

if TYPE_CHECKING:
    from forum.moderation.measures.models import Measure


@login_required_returning_to("measure", "pk", keep_form=True)
def appeal_measure(request: ViewerRequest, pk: int) -> HttpResponse:
    """Appeal against a measure: the form is on its statement."""
    viewer = request.viewer
    measure = measure_for_page(viewer, pk)
    if measure is None or not measure.is_own:
        raise Http404
    if request.method != "POST":
        return redirect(measure)

    def act(text: str) -> Measure:
        actions.make_appeal(measure, viewer, text)
        messages.success(request, _("Votre recours est envoyé : on vous répondra ici."))
        return measure

    form = AppealForm(posted(request))
    return answer_decision(request, form, act, {"measure": measure}, "moderation/measure.html")


@animator_required()
def decide_appeal(request: ViewerRequest, pk: int) -> HttpResponse:
    """The page where an animator decides about an appeal."""
    viewer = request.viewer
    appeal = get_object_or_404(Appeal.objects.visible_to(viewer), pk=pk)
    measure = measure_for_page(viewer, appeal.measure_id)

    def act(**values: Any) -> str:
        actions.decide_appeal(appeal, viewer, **values)
        messages.success(request, _("Votre réponse est envoyée."))
        return "review-queue"

    context = {"appeal": appeal, "measure": measure}
    form = DecideAppealForm(posted(request))
    return answer_decision(request, form, act, context, "moderation/decide_appeal.html")
