"""The pages of open calls, and the buttons of an author's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.base.pagination import page_number
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from forum.base.rules import Refused
from forum.conversation.threads.login_redirects import registered_required
from forum.library.sheets import queries
from forum.library.sheets.reviews.calls import actions
from forum.library.sheets.reviews.calls.queries import call_for, calls_page, get_call
from forum.library.sheets.reviews.queries import own_review

if TYPE_CHECKING:
    from forum.library.sheets.reviews.calls.models import ReviewCall


#: Each is sent to some.
_CALLS = RateLimit("open_review_call", "10/h/user,20/d/user")
_TAKES = RateLimit("take_review_call", "20/h/user,40/d/user")


@require_safe
@registered_required()
def review_calls(request: ViewerRequest) -> HttpResponse:
    """The open calls that one may take."""
    viewer = request.viewer
    page = calls_page(viewer, page_number(request.GET))
    return render(request, "library/sheets/review_calls.html", {"page": page})


@registered_required()
def review_call(request: ViewerRequest, pk: int) -> HttpResponse:
    """A call, without what a draft says, and the button by which one takes it."""
    viewer = request.viewer
    call = get_call(viewer, pk)
    if call.taken_by_id == viewer.person_id and (own := own_review(viewer, call.sheet)):
        return redirect("review-sheet", own.pk)
    if call.is_written:
        return redirect("sheet-reviews", call.sheet_id)
    if not call.is_open:
        messages.info(request, actions.ended_reason())
        return redirect("review-calls")
    if request.method != "POST":
        return render(request, "library/sheets/review_call.html", {"call": call})
    if refusal := _TAKES.refusal(request):
        messages.error(request, refusal)
        return redirect("review-call", pk)
    try:
        review = actions.take_call(pk, viewer)
    except Refused as refused:
        messages.info(request, str(refused))
        return redirect("review-calls")
    messages.success(request, _("Merci ! La fiche est à vous pour la relire."))
    return redirect("review-sheet", review.pk)


@require_POST
@registered_required("sheet-reviews", "pk")
def change_call(request: ViewerRequest, pk: int) -> HttpResponse:
    """Open a call for a reviewer of the sheet of id ``pk``, or close it."""
    viewer = request.viewer
    sheet = queries.get_written_sheet(viewer, pk)
    if request.POST.get("opens") != "1":
        actions.close_call(sheet, viewer)
        messages.success(request, _("L’appel est fermé."))
        return redirect("sheet-reviews", pk)
    if refusal := _CALLS.refusal(request):
        messages.error(request, refusal)
        return redirect("sheet-reviews", pk)
    try:
        actions.open_call(sheet, viewer)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _opened_message(call_for(viewer, sheet)))
    return redirect("sheet-reviews", pk)


def _opened_message(call: ReviewCall | None) -> str:
    """That ``call`` is open, and how many are notified of it."""
    if call is None or not call.recipient_count:
        return _("L’appel est ouvert : il se lit sur la page des fiches.")
    words = ngettext(
        "L’appel est ouvert : %(count)d personne qui connaît le sujet en est prévenue.",
        "L’appel est ouvert : %(count)d personnes qui connaissent le sujet en sont prévenues.",
        call.recipient_count,
    )
    return words % {"count": call.recipient_count}
