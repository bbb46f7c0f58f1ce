"""The animators' desk: who and what waits for a decision, and mandates to end."""

from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.admission.queries import candidate_organisations, domains_to_verify
from accounts.base import resume_form
from accounts.base.text import fold
from accounts.charter.models import Signature
from accounts.organisations.forms import RefusalForm
from accounts.organisations.models import Seat
from accounts.viewers import viewers

PAGE_SIZE = 50
MAX_RESULTS = 30


def animator_required(view):
    """``view`` for animators; for everyone else there is no such page.

    Who lacks but a second factor to animate is led to it.
    A guest who sends something may be one whose session has ended: it is kept for them.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated:
            return resume_form.redirect_to_login_keeping_form(request, _return_path(request))
        viewer = viewers.get_viewer(request)
        if viewer.is_animator:
            return view(request, *args, **kwargs)
        if viewer.is_member and request.user.is_animator:
            return redirect("mfa_index")  # It says what they lack, and gives it.
        raise Http404

    return guarded


def _return_path(request):
    """Where what was typed can be sent again: drafts on their page, the rest on the desk."""
    match = request.resolver_match
    if match.url_name == "drop-charter-draft":
        return reverse("charter-draft", kwargs=match.kwargs)
    is_draft = request.path.startswith(reverse("charter-drafts"))
    return request.path if is_draft else reverse("seats")


@require_safe
@animator_required
def animator_dashboard(request):
    """What waits for a decision, the oldest first; and a search among confirmed seats."""
    return render_dashboard(request)


def render_dashboard(request, _organisation=None, refused=(None, None), refused_domain=(None, None),
         status=200):  # fmt: skip
    """The desk; with what was typed where a refusal lacked its reason."""
    paginator = Paginator(_pending_seats(), PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("page"))
    rows = with_refusal_forms(request, "seat", shown, refused)
    domains = with_refusal_forms(request, "domain", domains_to_verify(), refused_domain)
    unmatched = unmatched_refusal(rows, refused) or unmatched_refusal(domains, refused_domain)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {
        "page": shown,
        "numbers": list(paginator.get_elided_page_range(shown.number)),
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


def with_refusal_forms(request, row_type, rows, refused):
    """Each of ``rows`` with the form that refuses it; ``refused`` is the one sent, if any."""
    refused_pk, refused_form = refused
    forms = []
    for row in rows:
        before = resume_form.pop_saved_form(
            request, reverse(f"refuse-{row_type}", args=[row.pk])
        )
        form = RefusalForm(prefix=f"{row_type}-{row.pk}", initial=before)
        forms.append((row, refused_form if row.pk == refused_pk else form))
    return forms


def unmatched_refusal(rows, refused):
    """The form that refuses what none of ``rows`` shows, None where there is no such form.

    It was decided meanwhile, say: who refused reads so, and what they wrote is given back.
    """
    refused_pk, form = refused
    return None if refused_pk in [row.pk for row, _form in rows] else form


def _pending_seats():
    """Seats that wait for a decision, with what their holders signed.

    ``is_new`` tells an organisation in which nobody sits yet.
    """
    live = Signature.objects.filter(withdrawn_at=None).select_related("version")
    known = Seat.objects.filter(
        organisation=OuterRef("organisation"), confirmed_at__isnull=False
    )
    rows = Seat.objects.pending().annotate(is_new=~Exists(known))
    rows = rows.select_related("person", "organisation__college").order_by("started_at", "pk")
    return rows.prefetch_related(
        Prefetch("person__signatures", live.order_by("-signed_at"), to_attr="live_signatures")
    )


def _search_seats(words):
    """Confirmed seats of the people or organisations so named."""
    of = Q(organisation__folded_name__contains=fold(words)) | Q(
        person__full_name__icontains=words
    )
    found = Seat.objects.confirmed().filter(of)
    return found.select_related("person", "organisation__college")[:MAX_RESULTS]
