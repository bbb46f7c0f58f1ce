"""The animators' dashboard: seats, domains and organisations to decide about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, QuerySet
from django.forms import BaseForm
from django.http import HttpResponse
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
from accounts.viewers.middleware import ViewerRequest

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation


MAX_RESULTS = 30


@require_safe
@animator_required()
def animator_dashboard(request: ViewerRequest) -> HttpResponse:
    """Pending decisions, the oldest first; and a search among confirmed seats."""
    return render_dashboard(request)


@require_safe
@animator_required()
def animator_settings(request: ViewerRequest) -> HttpResponse:
    """Links to the pages of animators that are not for every day."""
    return render(request, "organisations/animator_settings.html")


def render_dashboard(
    request: ViewerRequest,
    _organisation: Organisation | None = None,
    refused: tuple[int | None, BaseForm | None] = (None, None),
    refused_domain: tuple[int | None, BaseForm | None] = (None, None),
    status: int = 200,
) -> HttpResponse:
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


def _search_seats(words: str) -> QuerySet[Seat]:
    """Confirmed seats of people or organisations whose names contain ``words``."""
    of = Q(organisation__folded_name__contains=fold(words)) | Q(
        person__full_name__icontains=words
    )
    seats = Seat.objects.confirmed().filter(of)
    return seats.select_related("person", "organisation__college")[:MAX_RESULTS]
