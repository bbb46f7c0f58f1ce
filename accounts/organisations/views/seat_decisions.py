"""Decisions about one seat, for contacts of its organisation and animators: confirm it,
refuse it, make its holder a contact. For anyone else the seat is not found."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.base import resume_form
from accounts.base.form_views import answer_form
from accounts.organisations import actions
from accounts.organisations.forms import RefusalForm
from accounts.organisations.models import Seat
from accounts.organisations.rules import seat_manager_role
from accounts.organisations.views import animator_dashboard, organisation_seats
from accounts.viewers.middleware import PersonRequest, ViewerRequest


@require_POST
def confirm_seat(request: ViewerRequest, pk: int) -> HttpResponseBase:
    """Confirm a seat."""
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request, _origin_path(request))
    seat = actions.confirm_seat(get_seat_or_404(request, pk), request.user)
    return redirect_with_message(
        request, seat, _("C’est confirmé : %(person)s siège pour %(organisation)s.")
    )


@require_POST
def refuse_seat(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Refuse a seat, with a reason."""
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request, _origin_path(request))
    seat = get_seat_or_404(request, pk)
    render_page = (
        organisation_seats.render_seats_page
        if _is_from_seats_page(request)
        else animator_dashboard.render_dashboard
    )

    def act(reason: str) -> HttpResponse:
        refused = actions.refuse_seat(seat, request.user, reason)
        words = _("C’est refusé : %(person)s ne siège pas pour %(organisation)s.")
        return redirect_with_message(request, refused, words)

    def page(form: BaseForm, status: int) -> HttpResponse:
        return render_page(request, seat.organisation, refused=(pk, form), status=status)

    form = RefusalForm(request.POST, prefix=f"seat-{pk}")
    return answer_form(request, form, act, page, error_field="reason")


@require_POST
def set_contact(request: ViewerRequest, pk: int) -> HttpResponseBase:
    """Make the holder a contact of the organisation (``contact`` is 1), or not."""
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request, _origin_path(request))
    seat, wanted = get_seat_or_404(request, pk), request.POST.get("contact") == "1"
    seat = actions.set_contact(seat, request.user, wanted)
    words = (
        _("%(organisation)s a désormais %(person)s pour contact.")
        if wanted
        else _("%(organisation)s n’a plus %(person)s pour contact.")
    )
    return redirect_with_message(request, seat, words)


def get_seat_or_404(request: ViewerRequest, pk: int, allow_holder: bool = False) -> Seat:
    """The seat, for those who decide about it (and its holder). Raise Http404 for others."""
    seat = Seat.objects.select_related("organisation", "person").filter(pk=pk).first()
    if seat and allow_holder and seat.person_id == request.user.pk:
        return seat
    viewer = request.viewer
    if seat is None or not seat_manager_role(viewer, seat.organisation_id):
        raise Http404
    return seat


def redirect_with_message(request: ViewerRequest, seat: Seat, words: str) -> HttpResponse:
    """Add the message ``words`` about ``seat``; redirect to the page of the button."""
    messages.success(request, words % names_of_seat(seat))
    return redirect_to_origin(request, seat)


def redirect_to_origin(request: ViewerRequest, seat: Seat) -> HttpResponse:
    """Redirect to the page of the button: the organisation's seats while one decides about
    them, else the dashboard or one's account."""
    viewer = request.viewer
    if _is_from_seats_page(request) and seat_manager_role(viewer, seat.organisation_id):
        return redirect("organisation-seats", seat.organisation.slug)
    return redirect("seats" if viewer.is_animator else "account")


def _is_from_seats_page(request: ViewerRequest) -> bool:
    """Whether the button is on an organisation's page, whose slug it sends."""
    return bool(request.POST.get("return_to"))


def _origin_path(request: ViewerRequest) -> str:
    """The page of the button, to return to after sign-in; the seat itself is not read."""
    slug = slugify(request.POST.get("return_to", ""))
    return reverse("organisation-seats", args=[slug]) if slug else reverse("seats")


def names_of_seat(seat: Seat) -> dict[str, str]:
    """The names of the person and organisation of ``seat``, for messages."""
    return {"person": seat.person.full_name, "organisation": seat.organisation.name}
