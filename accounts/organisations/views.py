"""The animators' page of seats: what waits, and what is to end."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import viewers
from accounts.charter.models import Signature
from accounts.organisations import actions
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
    """The seats that wait for a decision, the oldest first; and a search among the others."""
    return _page(request)


@require_POST
@animators_only
def confirm_seat(request, pk):
    """Confirm a seat."""
    seat = actions.confirm_seat(get_object_or_404(Seat, pk=pk), request.user)
    words = _("Le siège de %(person)s (%(organisation)s) est confirmé.")
    messages.success(request, words % _names(seat))
    return redirect("seats")


@require_POST
@animators_only
def refuse_seat(request, pk):
    """Refuse a seat, with a reason."""
    seat = get_object_or_404(Seat, pk=pk)
    form = RefuseForm(request.POST, prefix=f"seat-{pk}")
    if not form.is_valid():
        return _page(request, refused=(pk, form), status=422)
    seat = actions.refuse_seat(seat, request.user, form.cleaned_data["reason"])
    words = _("Le siège de %(person)s (%(organisation)s) est refusé.")
    messages.success(request, words % _names(seat))
    return redirect("seats")


@require_POST
@login_required
def end_seat(request, pk):
    """End a mandate: one's own, or for animators anyone's."""
    viewer = viewers.of_request(request)
    known = Seat.objects.all() if viewer.is_animator else request.user.seats
    seat = actions.end_seat(get_object_or_404(known, pk=pk), request.user)
    words = _("Le mandat de %(person)s pour %(organisation)s a pris fin.")
    messages.success(request, words % _names(seat))
    return redirect("account" if seat.person_id == request.user.pk else "seats")


def _page(request, refused=(None, None), status=200):
    paginator = Paginator(_waiting(), ROWS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    refused_pk, refused_form = refused
    rows = [
        (seat, refused_form if seat.pk == refused_pk else RefuseForm(prefix=f"seat-{seat.pk}"))
        for seat in page
    ]
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = _search(words) if words else None
    numbers = list(page.paginator.get_elided_page_range(page.number))
    context = {"page": page, "numbers": numbers, "rows": rows, "q": words, "found": found}
    return render(request, "accounts/seats.html", context, status=status)


def _waiting():
    """Waiting seats of people who have signed, with what they signed.

    Who withdrew their signature asks for nothing any more.
    """
    live = Signature.objects.filter(withdrawn_at=None).select_related("version")
    signed = live.filter(person=OuterRef("person"), organisation=OuterRef("organisation"))
    rows = Seat.objects.waiting().filter(Exists(signed), person__is_active=True)
    rows = rows.select_related("person", "organisation__college").order_by("started_at", "pk")
    return rows.prefetch_related(
        Prefetch("person__signatures", live.order_by("-signed_at"), to_attr="live_signatures")
    )


def _search(words):
    """Confirmed seats of the people or organisations so named."""
    of = Q(organisation__folded__contains=fold(words)) | Q(person__full_name__icontains=words)
    held = Seat.objects.held().filter(of, confirmed_at__isnull=False)
    return held.select_related("person", "organisation__college")[:MOST_FOUND]


def _names(seat):
    return {"person": seat.person.full_name, "organisation": seat.organisation.name}
