"""The page on which one asks for a review, and that of a review."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.base.form_views import answer_form, posted
from accounts.base.rate_limits import RateLimit
from accounts.models import User
from accounts.viewers.middleware import ViewerRequest
from forum.base import markup
from forum.conversation.files.sent_files import shown_draft_files
from forum.conversation.threads.login_redirects import registered_required
from forum.library.sheets import queries
from forum.library.sheets.authors.forms import NamePersonForm
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.reviews import actions
from forum.library.sheets.reviews.calls.queries import call_for
from forum.library.sheets.reviews.forms import ReviewForm
from forum.library.sheets.reviews.models import SheetReview
from forum.library.sheets.reviews.queries import reviews_of
from forum.library.sheets.rules import manages_sheet
from forum.library.sheets.sheet_text import sheet_text

_REQUESTS = RateLimit("ask_review", "20/h/user,40/d/user")
_REVIEWS = RateLimit("review_sheet", "60/h/user,200/d/user")


@registered_required()
def sheet_reviews(request: ViewerRequest, pk: int) -> HttpResponse:
    """The reviews of the sheet of id ``pk``, and the form by which one asks for another."""
    viewer = request.viewer
    sheet = queries.get_written_sheet(viewer, pk)
    form = NamePersonForm(posted(request), viewer=viewer)

    def act(person: User, **_named: Any) -> HttpResponse:
        row = actions.ask_review(sheet, viewer, person)
        words = _("%(name)s reçoit votre demande de relecture.")
        messages.success(request, words % {"name": row.reviewer.full_name})
        return redirect("sheet-reviews", pk)

    page = partial(_render, request, sheet)
    return answer_form(request, form, act, page, limit=_REQUESTS, error_field="name")


@registered_required()
def review_sheet(request: ViewerRequest, pk: int) -> HttpResponse:
    """A sheet as it is, for who is asked to review it, and what they say."""
    viewer = request.viewer
    own = SheetReview.objects.visible_to(viewer).filter(reviewer=viewer.person_id)
    review = own.select_related("asked_by").get(pk=pk)
    sheets = ExperienceSheet.objects.visible_to(viewer).with_display_fields()
    sheet = sheets.get(pk=review.sheet_id)
    initial = {"verdict": review.verdict, "remark": review.remark}
    form = ReviewForm(posted(request), initial=initial)

    def act(**answer: Any) -> HttpResponse:
        actions.answer_review(pk, viewer, **answer)
        messages.success(request, _("Merci : les auteurs lisent votre avis."))
        return redirect(sheet)

    page = partial(_render_review, request, review, sheet)
    return answer_form(request, form, act, page, limit=_REVIEWS)


def _render(
    request: ViewerRequest, sheet: ExperienceSheet, form: BaseForm, status: int
) -> HttpResponse:
    viewer = request.viewer
    manages = manages_sheet(viewer, sheet)
    is_approved = queries.review_state(sheet).review is not None
    context = {
        "sheet": sheet,
        "form": form,
        "rows": reviews_of(viewer, sheet),
        "manages": manages,
        "may_publish": manages and is_approved and sheet.thread_id is None,
        "call": call_for(viewer, sheet),
    }
    return render(request, "library/sheets/sheet_reviews.html", context, status=status)


def _render_review(
    request: ViewerRequest,
    review: SheetReview,
    sheet: ExperienceSheet,
    form: BaseForm,
    status: int,
) -> HttpResponse:
    html = markup.render(sheet_text(sheet, sheet.figures.all()))
    context = {"review": review, "sheet": sheet, "form": form, "html": html}
    context["files"] = shown_draft_files(request.viewer, sheet.pk)
    return render(request, "library/sheets/review_sheet.html", context, status=status)
