"""The animators' desk: who and what waits for a decision, and mandates to end."""

from functools import wraps

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import viewers
from accounts.admission.waiting import domains_to_verify, organisations_to_admit
from accounts.charter.models import Signature
from accounts.organisations.forms import RefuseForm
from accounts.organisations.models import Seat
from accounts.text import fold

ROWS_A_PAGE = 50
MOST_FOUND = 30


def animators_only(view):
    """``view`` for animators; for everyone else there is no such page."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not viewers.of_request(request).is_animator:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@animators_only
def seats(request):
    """What waits for a decision, the oldest first; and a search among confirmed seats."""
    return page(request)


def page(request, _organisation=None, refused=(None, None), refused_domain=(None, None),
         status=200):  # fmt: skip
    """The desk; with what was typed where a refusal lacked its reason."""
    paginator = Paginator(_waiting(), ROWS_A_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {
        "page": shown,
        "numbers": list(paginator.get_elided_page_range(shown.number)),
        "rows": refusable("seat", shown, refused),
        "domains": refusable("domain", domains_to_verify(), refused_domain),
        "candidates": organisations_to_admit(),
        "q": words,
        "found": _search(words) if words else None,
    }
    return render(request, "accounts/seats.html", context, status=status)


def refusable(kind, rows, refused):
    """Each of ``rows`` with the form that refuses it; ``refused`` is the one sent, if any."""
    refused_pk, refused_form = refused
    return [
        (row, refused_form if row.pk == refused_pk else RefuseForm(prefix=f"{kind}-{row.pk}"))
        for row in rows
    ]


def _waiting():
    """Waiting seats of people who have signed, with what they signed.

    Who withdrew their signature asks for nothing any more. ``is_new`` tells an organisation
    in which nobody sits yet.
    """
    live = Signature.objects.filter(withdrawn_at=None).select_related("version")
    signed = live.filter(person=OuterRef("person"), organisation=OuterRef("organisation"))
    known = Seat.objects.filter(
        organisation=OuterRef("organisation"), confirmed_at__isnull=False
    )
    rows = Seat.objects.waiting().filter(Exists(signed), person__is_active=True)
    rows = rows.annotate(is_new=~Exists(known))
    rows = rows.select_related("person", "organisation__college").order_by("started_at", "pk")
    return rows.prefetch_related(
        Prefetch("person__signatures", live.order_by("-signed_at"), to_attr="live_signatures")
    )


def _search(words):
    """Confirmed seats of the people or organisations so named."""
    of = Q(organisation__folded__contains=fold(words)) | Q(person__full_name__icontains=words)
    found = Seat.objects.confirmed().filter(of)
    return found.select_related("person", "organisation__college")[:MOST_FOUND]
