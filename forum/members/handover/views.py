"""The pages that end a seat and that name who carries on what it began."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import ModelChoiceField
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.base import resume_form
from accounts.base.dates import date_format, end_of_day
from accounts.base.form_views import answer_form, form_page, posted
from accounts.base.forms import field_of
from accounts.models import Seat
from accounts.organisations import actions as organisation_actions
from accounts.organisations.forms import MandateEndForm
from accounts.organisations.views import seat_decisions
from accounts.viewers.middleware import PersonRequest
from forum.members.handover.actions import announce_departures, hand_over
from forum.members.handover.forms import SuccessorForm
from forum.members.handover.queries import open_questions
from forum.members.handover.rules import may_change_successor, may_hand_over
from forum.models import Thread

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation


@require_http_methods(["GET", "HEAD", "POST"])
def end_seat(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The page that ends a seat; a POST ends it now or on a day to come, or cancels that day.

    Then lead to the page that names a successor, where one may name it.
    """
    if not request.user.is_authenticated:
        return resume_form.redirect_to_login_keeping_form(request)
    seat = seat_decisions.get_seat_or_404(request, pk, allow_holder=True)
    if seat.is_over or seat.refused_at:
        return _redirect_after_end(request, seat)
    if "cancel_end" in request.POST:
        seat = organisation_actions.cancel_seat_end(seat, request.user)
        message = _("%(person)s, pour %(organisation)s : le mandat n’a plus de date de fin.")
        return seat_decisions.redirect_with_message(request, seat, message)
    form = MandateEndForm(posted(request), seat=seat)

    def act(day: date | None, **_choice: Any) -> HttpResponse:
        return _end(request, seat, end_of_day(day))

    context = {"seat": seat, "back": request.POST.get("return_to", "")}
    page = form_page(request, "members/handover/end_seat.html", context)
    return answer_form(request, form, act, page)


def _end(request: PersonRequest, seat: Seat, day: datetime | None) -> HttpResponse:
    seat = organisation_actions.end_seat(seat, request.user, day)
    if seat.is_over:
        announce_departures()
        message = _("%(person)s, pour %(organisation)s : le mandat a pris fin.")
    elif day and seat.ended_at and day > seat.ended_at:
        message = _("%(person)s, pour %(organisation)s : le mandat prend toujours fin le "
                  "%(day)s. Vous pouvez partir plus tôt, pas plus tard.")  # fmt: skip
    else:
        message = _("%(person)s, pour %(organisation)s : le mandat prendra fin le %(day)s.")
    kept_day = date_format(timezone.localtime(seat.ended_at), "j F Y")
    messages.success(
        request, message % (seat_decisions.names_of_seat(seat) | {"day": kept_day})
    )
    return _redirect_after_end(request, seat)


def _redirect_after_end(request: PersonRequest, seat: Seat) -> HttpResponse:
    """Lead to the page that names a successor where one may name it, else back."""
    if seat.is_over and may_hand_over(seat, request.user):
        return redirect("handover", seat.pk)
    return seat_decisions.redirect_to_origin(request, seat)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def handover(request: PersonRequest, pk: int) -> HttpResponse:
    """The page of an ended seat: the questions it leaves, and who carries them on."""
    seats = Seat.objects.select_related("person", "organisation", "successor__person")
    seat = seats.filter(pk=pk).first()
    if seat is None or not (seat.is_over and may_hand_over(seat, request.user)):
        raise Http404
    form = SuccessorForm(posted(request), seat=seat)

    def act(successor: Seat) -> str | Organisation:
        count = hand_over(seat, successor, request.user)
        message = ngettext(
            "%(name)s prend la suite : %(n)d question ouverte lui est passée.",
            "%(name)s prend la suite : %(n)d questions ouvertes lui sont passées.",
            count,
        )
        if not count:
            message = _("%(name)s prend la suite. Aucune question ouverte n’était à reprendre.")
        name = successor.person.full_name
        messages.success(request, message % {"name": name, "n": count})
        return "account" if seat.person_id == request.user.pk else seat.organisation

    # Of the one who names, only what they see themselves.
    threads = Thread.objects.visible_to(request.viewer).filter(open_questions(seat))
    context = {
        "seat": seat,
        "questions": threads.only("title")[:20],
        "may_name": seat.successor is None or may_change_successor(seat, request.user),
        "candidates": field_of(form, "successor", ModelChoiceField).queryset,
    }
    page = form_page(request, "members/handover/handover.html", context)
    return answer_form(request, form, act, page)
