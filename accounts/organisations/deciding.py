"""Deciding about one seat: confirming, refusing it, making its holder the contact.

For the contact of its organisation and for animators; a holder ends their own. For anyone
else there is no such seat.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import kept, viewers
from accounts.organisations import actions, desk, views
from accounts.organisations.confirming import decides_as
from accounts.organisations.forms import RefuseForm
from accounts.organisations.models import Seat


@require_POST
def confirm_seat(request, pk):
    """Confirm a seat."""
    if not request.user.is_authenticated:
        return kept.sign_in_and_return(request, _page_of_button(request))
    seat = actions.confirm_seat(seat_of(request, pk), request.user)
    return back(request, seat, _("Le siège de %(person)s (%(organisation)s) est confirmé."))


@require_POST
def refuse_seat(request, pk):
    """Refuse a seat, with a reason."""
    if not request.user.is_authenticated:
        return kept.sign_in_and_return(request, _page_of_button(request))
    seat = seat_of(request, pk)
    page = desk.page if _from_organisation(request) else views.page
    form = RefuseForm(request.POST, prefix=f"seat-{pk}")
    if not form.is_valid():
        return page(request, seat.organisation, refused=(pk, form), status=422)
    try:
        seat = actions.refuse_seat(seat, request.user, form.cleaned_data["reason"])
    except PermissionDenied as refusal:  # Decided otherwise meanwhile.
        form.add_error("reason", str(refusal))
        return page(request, seat.organisation, refused=(pk, form), status=403)
    return back(request, seat, _("Le siège de %(person)s (%(organisation)s) est refusé."))


@require_POST
def set_contact(request, pk):
    """Make the holder a contact of the organisation (``contact`` is 1), or no longer one."""
    if not request.user.is_authenticated:
        return kept.sign_in_and_return(request, _page_of_button(request))
    seat, wanted = seat_of(request, pk), request.POST.get("contact") == "1"
    seat = actions.set_contact(seat, request.user, wanted)
    words = (
        _("%(person)s est désormais contact de %(organisation)s.")
        if wanted
        else _("%(person)s n’est plus contact de %(organisation)s.")
    )
    return back(request, seat, words)


def seat_of(request, pk, is_holder_free=False):
    """The seat of this number, for who may decide about it; for others a 404."""
    seat = Seat.objects.select_related("organisation", "person").filter(pk=pk).first()
    if seat and is_holder_free and seat.person_id == request.user.pk:
        return seat
    viewer = viewers.of_request(request)
    if seat is None or not decides_as(viewer, seat.organisation_id):
        raise Http404
    return seat


def back(request, seat, words):
    """Say ``words`` of ``seat``, and go to where the press came from."""
    messages.success(request, words % names(seat))
    return to_where_from(request, seat)


def to_where_from(request, seat):
    """Where the press came from: the organisation's page if one decides still, the desk, or
    one's account."""
    viewer = viewers.of_request(request)
    if _from_organisation(request) and decides_as(viewer, seat.organisation_id):
        return redirect("organisation-seats", seat.organisation.slug)
    return redirect("seats" if viewer.is_animator else "account")


def _from_organisation(request):
    """Whether the button stands on an organisation's page; it says of which."""
    return bool(request.POST.get("depuis"))


def _page_of_button(request):
    """Where who has signed in again finds the button: nothing is asked of the seat here."""
    slug = slugify(request.POST.get("depuis", ""))
    return reverse("organisation-seats", args=[slug]) if slug else reverse("seats")


def names(seat):
    """The person and the organisation of ``seat``, for words that name them."""
    return {"person": seat.person.full_name, "organisation": seat.organisation.name}
