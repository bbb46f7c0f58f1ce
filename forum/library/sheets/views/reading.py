"""The page of a sheet, and that of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.viewers.middleware import ViewerRequest
from forum.base import markup, rules
from forum.conversation.files.sent_files import shown_draft_files
from forum.conversation.threads.links.models import ThreadLink
from forum.conversation.threads.login_redirects import registered_required
from forum.library.sheets import queries
from forum.library.sheets.months import month_text
from forum.library.sheets.public_versions.queries import current_version, public_address
from forum.library.sheets.public_versions.rules import may_propose
from forum.library.sheets.reviews.queries import own_review, reviews_of
from forum.library.sheets.rules import manages_sheet, may_edit_sheet
from forum.library.sheets.sheet_text import (
    dates_of,
    figure_details,
    population_text,
    sheet_text,
)

if TYPE_CHECKING:
    from forum.library.sheets.models import ExperienceSheet


@require_safe
def show_sheet(request: ViewerRequest, pk: int, slug: str = "") -> HttpResponse:
    """The sheet that heads the thread of id ``pk``; the id is what counts."""
    viewer = request.viewer
    sheet = queries.get_published_sheet(viewer, pk)
    thread = sheet.thread
    assert thread is not None  # It is published.
    post = queries.first_post_of(viewer, sheet)
    links = ThreadLink.objects.visible_to(viewer).filter(thread=thread)
    context = _head(sheet) | {
        "thread": thread,
        "post": post,
        "links": links.select_related("linked").order_by("pk"),
        "replies": queries.last_replies(viewer, thread),
        "may_reply": rules.may_reply(viewer, thread),
        "may_edit": may_edit_sheet(viewer, sheet, is_written=sheet.is_written),
        "manages": manages_sheet(viewer, sheet),
        "may_propose": may_propose(viewer, is_written=sheet.is_written),
        "public_version": current_version(viewer, sheet) if viewer.is_registered else None,
        "public_address": public_address(sheet),
    }
    return render(request, "library/sheets/sheet.html", context)


@require_safe
@registered_required()
def show_draft(request: ViewerRequest, pk: int) -> HttpResponse:
    """A draft as it will be read, for its authors and for who reviews it."""
    viewer = request.viewer
    sheet = queries.get_draft(viewer, pk)
    context = _head(sheet) | {
        "html": markup.render(sheet_text(sheet, sheet.figures.all())),
        "missing": list(queries.missing_parts(sheet).values()),
        "manages": manages_sheet(viewer, sheet),
        "review": own_review(viewer, sheet),
        "reviews": reviews_of(viewer, sheet),
        "files": shown_draft_files(viewer, sheet.pk),
    }
    return render(request, "library/sheets/sheet_draft.html", context)


def _head(sheet: ExperienceSheet) -> dict[str, Any]:
    """What the head and the foot of a sheet show."""
    figures = [(figure, figure_details(figure)) for figure in sheet.figures.all()]
    key_figures = queries.key_figures(sheet.figures.all(), queries.HEAD_FIGURES)
    return {
        "sheet": sheet,
        "population": population_text(sheet),
        "commissioned": month_text(sheet.commissioned),
        "dates": dates_of(sheet),
        "figures": figures,
        "key_figures": [(figure, figure_details(figure)) for figure in key_figures],
        "coauthors": sheet.coauthors.all(),
        "review_state": queries.review_state(sheet),
    }
