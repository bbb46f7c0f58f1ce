"""The animators' dashboard: seats, domains and organisations to decide about."""

from django.conf import settings
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.admission.queries import domains_to_verify, waiting_organisations
from accounts.base.pagination import page_number
from accounts.base.text import fold
from accounts.organisations.forms import MandateEndForm
from accounts.organisations.models import Seat
from accounts.organisations.queries import pending_seats_page
from accounts.organisations.views.refusals import unmatched_refusal, with_refusal_forms
from accounts.viewers.decorators import animator_required

MAX_RESULTS = 30


@require_safe
@animator_required()
def animator_dashboard(request):
    """Pending decisions, the oldest first; and a search among confirmed seats."""
    return render_dashboard(request)


@require_safe
@animator_required()
def animator_settings(request):
    """Links to the pages of animators that are not for every day."""
    return render(request, "organisations/animator_settings.html")


def render_dashboard(
    request, _organisation=None, refused=(None, None), refused_domain=(None, None), status=200
):
    """Render the dashboard, with the (id, form) of a refusal that failed, if any."""
    page = pending_seats_page(page_number(request.GET))
    rows = with_refusal_forms(request, "seat", page.rows, refused)
    domains = with_refusal_forms(request, "domain", domains_to_verify(), refused_domain)
    unmatched = unmatched_refusal(rows, refused) or unmatched_refusal(domains, refused_domain)
    words = request.GET.get("q", "").strip()[:100]
    context = {
        "page": page,
        "rows": rows,
        "domains": domains,
        "unmatched_refusal": unmatched,
        "invalid_form": None if unmatched else refused[1] or refused_domain[1],
        "candidates": waiting_organisations(),
        "is_sponsored": settings.FORUM_ADMISSION == "sponsored",
        "q": words,
        "end": MandateEndForm(),
        "found": _search_seats(words) if words else None,
    }
    return render(request, "organisations/animator_dashboard.html", context, status=status)


def _search_seats(words):
    """Confirmed seats of people or organisations whose names contain ``words``."""
    of = Q(organisation__folded_name__contains=fold(words)) | Q(
        person__full_name__icontains=words
    )
    seats = Seat.objects.confirmed().filter(of)
    return seats.select_related("person", "organisation__college")[:MAX_RESULTS]
