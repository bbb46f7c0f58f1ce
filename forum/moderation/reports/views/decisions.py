"""The page where animators decide about the reports of one subject."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.base.form_views import answer_form, posted
from accounts.review_queue.queries import claims_of
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.markup import own_text_of, text_of
from forum.base.markup import render as render_markdown
from forum.models import Space
from forum.moderation.measures.models import Measure
from forum.moderation.reports import actions
from forum.moderation.reports.forms import DismissalForm
from forum.moderation.reports.queries import (
    is_place_read,
    report_for_page,
    reports_of_subject,
)
from forum.moderation.reports.review_items import subject_label
from forum.moderation.reports.subjects import find_subject, may_read_address

if TYPE_CHECKING:
    from forum.moderation.reports.models import Report


@require_http_methods(["GET", "HEAD", "POST"])
@animator_required("decide-report", "pk")
def decide_report(request: ViewerRequest, pk: int) -> HttpResponse:
    """What is reported and why; the form that dismisses all reports of it."""
    viewer = request.viewer
    report = report_for_page(viewer, pk)
    form = DismissalForm(posted(request))

    def act(**dismissed: Any) -> str:
        actions.dismiss_reports(pk, viewer, **dismissed)
        if dismissed["is_remedied"]:
            messages.success(request, _("C’est noté. La réponse est envoyée."))
        else:
            messages.success(request, _("C’est classé sans suite. La réponse est envoyée."))
        return "review-queue"

    return answer_form(request, form, act, partial(_render_report, request, report))


@require_POST
@animator_required("decide-report", "pk")
def reveal_reporter(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show who made a report, and note in the log that it was looked at."""
    viewer = request.viewer
    revealed = actions.reveal_reporter(pk, viewer)
    report = report_for_page(viewer, pk)
    return _render_report(request, report, DismissalForm(), revealed=revealed)


def _render_report(
    request: ViewerRequest,
    report: Report,
    form: DismissalForm,
    status: int = 200,
    revealed: Report | None = None,
) -> HttpResponse:
    viewer = request.viewer
    reports = reports_of_subject(report, viewer)
    seen = find_subject(viewer, report.address)
    html = render_markdown(report.reported_text)
    words, whole = own_text_of(html), text_of(html).strip()
    reads_place = is_place_read(report, viewer)
    claim = claims_of([("signalements", reports[0].pk)]).get(("signalements", reports[0].pk))
    form.initial.setdefault("last_pk", reports[-1].pk)
    about = Q(report_id=report.pk) | Q(pk=report.measure_id)
    measures = Measure.objects.visible_to(viewer).filter(about).select_related("reason")
    context = {
        "report": report,
        "measures": measures,
        "reports": reports,
        "what": subject_label(report),
        "words": words,
        "whole": whole if whole != words else "",  # With what it quotes.
        "seen": seen,
        "reads_place": reads_place,
        "concerned": seen.person or (report.person if reads_place else None),
        "college_space": None if reads_place else _college_space(report, viewer),
        "shows_address": may_read_address(viewer, report.address),
        "is_upheld_by_oneself": report.is_upheld_by(viewer.person_id),
        "claim": claim if claim and claim.claimed_by_id != viewer.person_id else None,
        "form": form,
        "revealed": revealed,
    }
    return render(request, "moderation/decide_report.html", context, status=status)


def _college_space(report: Report, viewer: Viewer) -> Space | None:
    """The college's space that the thread is in, if it is in one: every college has one."""
    if not report.thread_id:
        return None
    spaces = Space.objects.visible_to(viewer, visibility.break_glass_logs)
    return spaces.select_related("college").filter(threads=report.thread_id).first()
