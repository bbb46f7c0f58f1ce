"""The form that reports, for anyone; and the page that says where a report stands."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.base.rate_limits import RateLimit
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
def report(request):
    """The form, at ``?adresse=`` or whatever page one comes from."""
    is_known = request.user.is_authenticated
    if request.method != "POST":
        address = request.GET.get("adresse", "")[:500] or _page_before(request)
        initial = with_idempotency_key({"address": address})
        return _render_form(request, ReportForm(is_known=is_known, initial=initial))
    form = ReportForm(request.POST, is_known=is_known)
    if not form.is_valid():
        return _render_form(request, form, 422)
    values = form.report_values()
    if refusal := _refusal(request, values.get("reporter_email", "")):
        form.add_error(None, refusal)
        return _render_form(request, form, 429)
    one = actions.make_report(
        request.viewer,
        form.cleaned_data["address"],
        language=get_language(),
        follow_up_url=request.build_absolute_uri(reverse("report")) + "suivi/",
        **values,
    )
    mail.send_receipt(request, one)
    messages.success(
        request, _("Votre signalement est reçu. L’équipe d’animation va l’étudier.")
    )
    return redirect("report-status", one.token)


@require_http_methods(["GET", "HEAD", "POST"])
def report_status(request, token):
    """Where a report stands, for who has its link; a form that asks for a second reading."""
    rows = Report.objects.select_related("reason", "measure__reason", "appeal", "appeal_of")
    one = rows.get(token=token)
    form = SecondReadingForm(request.POST or None)
    if form.is_valid():
        again = actions.appeal_dismissal(token, **form.cleaned_data)
        messages.success(request, _("C’est noté : quelqu’un d’autre va relire ce signalement."))
        return redirect("report-status", again.token)
    context = {"report": one, "form": form, "path": path_of(one.address)}
    status = 422 if request.method == "POST" else 200
    response = render(request, "moderation/report_status.html", context, status=status)
    # Its address is a secret. Under "no-referrer" browsers say "Origin: null" of its own form.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _render_form(request, form, status=200):
    address = form["address"].value() or ""
    viewer = request.viewer
    subject = find_subject(viewer, address[:500])
    context = {"form": form, "quoted": subject.text}
    if viewer.is_registered and subject.person and subject.person.pk != viewer.person_id:
        context["author"] = subject.person  # Whom they may rather mute.
    return render(request, "moderation/report.html", context, status=status)


def _refusal(request, email):
    """Why one may not report now, since one did so often; else ""."""
    if request.user.is_authenticated:
        return _OF_PEOPLE.refusal(request)
    refusal = _OF_GUESTS.refusal(request)
    return refusal or (email and _OF_ADDRESSES.refusal(request, key=email.casefold()))


def _page_before(request):
    """The page of this site that one comes from, or "": the footer's link names none."""
    try:
        referrer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_ours = referrer.netloc == request.get_host() and referrer.path != request.path
    return referrer.path[:500] if is_ours else ""
