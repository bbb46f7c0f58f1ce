"""The form that reports, for anyone; and the page that says where a report stands."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.rate_limits import RateLimit
from accounts.base.redirects import page_before
from accounts.viewers.middleware import ViewerRequest
from forum.base.markup import own_text_of
from forum.base.markup import render as render_markdown
from forum.conversation.threads.composer import with_idempotency_key
from forum.moderation.reports import actions, mail
from forum.moderation.reports.forms import ReportForm, SecondReadingForm
from forum.moderation.reports.models import Report
from forum.moderation.reports.subjects import find_subject, path_of

#: Of one person; of guests, by where they come from (a town hall shares an address) and by
#: the address that they give.
_OF_PEOPLE = RateLimit("report", "20/h/user,60/d/user")
_OF_GUESTS = RateLimit("report-as-guest", "10/h/ip,40/d/ip")
_OF_ADDRESSES = RateLimit("report-from-address", "10/d/key")


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: ViewerRequest) -> HttpResponse:
    """The form, at ``?adresse=`` or whatever page one comes from."""
    is_known = request.user.is_authenticated
    shown = request.GET.get("adresse", "")[:500] or urlsplit(page_before(request)).path[:500]
    initial = with_idempotency_key({"address": shown})
    form = ReportForm(posted(request), is_known=is_known, initial=initial)

    def act(address: str, **_fields: Any) -> HttpResponse:
        values = form.report_values()
        _check_limits(request, values.get("reporter_email", ""))
        new_report = actions.make_report(
            request.viewer,
            address,
            language=get_language(),
            follow_up_url=request.build_absolute_uri(reverse("report")) + "suivi/",
            **values,
        )
        mail.send_receipt(request, new_report)
        words = _("Votre signalement est reçu. L’équipe d’animation va l’étudier.")
        messages.success(request, words)
        return redirect("report-status", new_report.token)

    return answer_form(request, form, act, partial(_render_form, request))


@require_http_methods(["GET", "HEAD", "POST"])
def report_status(request: ViewerRequest, token: str) -> HttpResponse:
    """Where a report stands, for who has its link; a form that asks for a second reading."""
    rows = Report.objects.select_related("reason", "measure__reason", "appeal", "appeal_of")
    report = rows.get(token=token)

    def act(**values: Any) -> HttpResponse:
        appeal = actions.appeal_dismissal(token, **values)
        messages.success(request, _("C’est noté : quelqu’un d’autre va relire ce signalement."))
        return redirect("report-status", appeal.token)

    context = {"report": report, "path": path_of(report.address)}
    page = form_page(request, "moderation/report_status.html", context)
    response = answer_form(request, SecondReadingForm(posted(request)), act, page)
    # Its address is a secret. Under "no-referrer" browsers say "Origin: null" of its own form.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _render_form(request: ViewerRequest, form: ReportForm, status: int) -> HttpResponse:
    address = form["address"].value() or ""
    viewer = request.viewer
    subject = find_subject(viewer, address[:500])
    context = {
        "form": form,
        "subject": subject,
        "words": own_text_of(render_markdown(subject.text)),
    }
    if viewer.is_registered and subject.person and subject.person.pk != viewer.person_id:
        context["author"] = subject.person  # Whom they may rather mute.
    return render(request, "moderation/report.html", context, status=status)


def _check_limits(request: ViewerRequest, email: str) -> None:
    """Raise LimitReached where one has reported often."""
    if request.user.is_authenticated:
        return _OF_PEOPLE.check(request)
    _OF_GUESTS.check(request)
    if email:
        _OF_ADDRESSES.check(request, email.casefold())
