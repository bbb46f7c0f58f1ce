"""The animators' dashboard: seats, domains and organisations to decide about."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.admission.queries import candidate_organisations, domains_to_verify
from accounts.base.pagination import NumberedPage, page_number
from accounts.base.text import fold
from accounts.charter.models import Signature
from accounts.organisations.models import Seat
from accounts.organisations.views.refusals import unmatched_refusal, with_refusal_forms
from accounts.viewers.decorators import animator_required

PAGE_SIZE = 50
MAX_RESULTS = 30


@require_safe
@animator_required()
def animator_dashboard(request):
    """Pending decisions, the oldest first; and a search among confirmed seats."""
    return render_dashboard(request)


def render_dashboard(
    request, _organisation=None, refused=(None, None), refused_domain=(None, None), status=200
):
    """Render the dashboard, with the (id, form) of a refusal that failed, if any."""
    page = NumberedPage(_pending_seats(), page_number(request.GET), PAGE_SIZE).or_first()
    rows = with_refusal_forms(request, "seat", page.rows, refused)
    domains = with_refusal_forms(request, "domain", domains_to_verify(), refused_domain)
    unmatched = unmatched_refusal(rows, refused) or unmatched_refusal(domains, refused_domain)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {
        "page": page,
        "rows": rows,
        "domains": domains,
        "unmatched_refusal": unmatched,
        "invalid_form": None if unmatched else refused[1] or refused_domain[1],
        "candidates": candidate_organisations(),
        "is_sponsored": settings.FORUM_ADMISSION == "sponsored",
        "q": words,
        "found": _search_seats(words) if words else None,
    }
    return render(request, "organisations/animator_dashboard.html", context, status=status)


def _pending_seats():
    """Pending seats, with the live signatures of their holders.

    ``is_new``: whether no seat of the organisation was ever confirmed.
    """
    live = Signature.objects.live().select_related("version")
    known = Seat.objects.filter(
        organisation=OuterRef("organisation"), confirmed_at__isnull=False
    )
    rows = Seat.objects.pending().annotate(is_new=~Exists(known))
    rows = rows.select_related("person", "organisation__college").order_by("started_at", "pk")
    return rows.prefetch_related(
        Prefetch("person__signatures", live.order_by("-signed_at"), to_attr="live_signatures")
    )


def _search_seats(words):
    """Confirmed seats of people or organisations whose names contain ``words``."""
    of = Q(organisation__folded_name__contains=fold(words)) | Q(
        person__full_name__icontains=words
    )
    found = Seat.objects.confirmed().filter(of)
    return found.select_related("person", "organisation__college")[:MAX_RESULTS]
