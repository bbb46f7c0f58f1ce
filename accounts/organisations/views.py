"""The animators' desk: who and what waits for a decision, and mandates to end."""

from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import kept, viewers
from accounts.admission.waiting import domains_to_verify, organisations_to_admit
from accounts.charter.models import Signature
from accounts.organisations.forms import RefuseForm
from accounts.organisations.models import Seat
from accounts.text import fold

ROWS_A_PAGE = 50
MOST_FOUND = 30


def animators_only(view):
    """``view`` for animators; for everyone else there is no such page.

    Who lacks but a second factor to animate is led to it.
    A guest who sends something may be one whose session has ended: it is kept for them.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST" and not request.user.is_authenticated:
            return kept.sign_in_and_return(request, _page_of(request))
        viewer = viewers.of_request(request)
        if viewer.is_animator:
            return view(request, *args, **kwargs)
        if viewer.is_member and request.user.is_animator:
            return redirect("mfa_index")  # It says what they lack, and gives it.
        raise Http404

    return guarded


def _page_of(request):
    """Where what was typed can be sent again: drafts on their page, the rest on the desk."""
    match = request.resolver_match
    if match.url_name == "drop-charter-draft":
        return reverse("charter-draft", kwargs=match.kwargs)
    is_draft = request.path.startswith(reverse("charter-drafts"))
    return request.path if is_draft else reverse("seats")


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
    rows = refusable(request, "seat", shown, refused)
    domains = refusable(request, "domain", domains_to_verify(), refused_domain)
    lost = unplaced(rows, refused) or unplaced(domains, refused_domain)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {
        "page": shown,
        "numbers": list(paginator.get_elided_page_range(shown.number)),
        "rows": rows,
        "domains": domains,
        "unplaced": lost,
        "wrong": None if lost else refused[1] or refused_domain[1],
        "candidates": organisations_to_admit(),
        "is_sponsored": settings.FORUM_ADMISSION == "sponsored",
        "q": words,
        "found": _search(words) if words else None,
    }
    return render(request, "accounts/seats.html", context, status=status)


def refusable(request, kind, rows, refused):
    """Each of ``rows`` with the form that refuses it; ``refused`` is the one sent, if any."""
    refused_pk, refused_form = refused
    forms = []
    for row in rows:
        before = kept.typed_before(request, reverse(f"refuse-{kind}", args=[row.pk]))
        form = RefuseForm(prefix=f"{kind}-{row.pk}", initial=before)
        forms.append((row, refused_form if row.pk == refused_pk else form))
    return forms


def unplaced(rows, refused):
    """The form that refuses what none of ``rows`` shows, None where there is no such form.

    It was decided meanwhile, say: who refused reads so, and what they wrote is given back.
    """
    refused_pk, form = refused
    return None if refused_pk in [row.pk for row, _form in rows] else form


def _waiting():
    """Seats that wait for a decision, with what their holders signed.

    ``is_new`` tells an organisation in which nobody sits yet.
    """
    live = Signature.objects.filter(withdrawn_at=None).select_related("version")
    known = Seat.objects.filter(
        organisation=OuterRef("organisation"), confirmed_at__isnull=False
    )
    rows = Seat.objects.asking().annotate(is_new=~Exists(known))
    rows = rows.select_related("person", "organisation__college").order_by("started_at", "pk")
    return rows.prefetch_related(
        Prefetch("person__signatures", live.order_by("-signed_at"), to_attr="live_signatures")
    )


def _search(words):
    """Confirmed seats of the people or organisations so named."""
    of = Q(organisation__folded__contains=fold(words)) | Q(person__full_name__icontains=words)
    found = Seat.objects.confirmed().filter(of)
    return found.select_related("person", "organisation__college")[:MOST_FOUND]
