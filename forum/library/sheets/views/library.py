"""The list of published sheets, and of one's own drafts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.conversation.threads.login_redirects import registered_required
from forum.library.sheets.authors.queries import unreadable_drafts_of
from forum.library.sheets.filters import COSTS, SIZES, SheetFilters
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.queries import (
    LISTED_FIGURES,
    draft_count,
    drafts_of,
    key_figures,
    review_state,
)
from forum.library.sheets.reviews.calls.queries import LISTED_CALLS, listed_calls
from forum.library.sheets.reviews.queries import reviews_asked_of
from forum.library.sheets.rules import may_begin_sheet
from forum.library.sheets.selection import sheets_page

_SEARCHES = ReadingRateLimit("search_sheets", people="120/10m/user", guests="600/10m/ip")


@require_safe
def sheets(request: ViewerRequest) -> HttpResponse:
    """The sheets that the filters of the query find."""
    filters, viewer = SheetFilters.from_query(request.GET), request.viewer
    is_search = bool(filters.words or filters.territory)
    if is_search and (refusal := _SEARCHES.refusal(request)):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    page = sheets_page(viewer, filters)
    cards = [
        (row, key_figures(row.figures.all(), LISTED_FIGURES), review_state(row))
        if isinstance(row, ExperienceSheet)
        else (row, None, None)
        for row in page.rows
    ]
    calls = listed_calls(viewer) if viewer.is_member else []
    context = {
        "filters": filters,
        "sizes": SIZES,
        "costs": COSTS,
        "page": page,
        "cards": cards,
        "may_compare": any(state for _row, _figures, state in cards),
        "may_begin": may_begin_sheet(viewer),
        "draft_count": draft_count(viewer) if viewer.is_registered else 0,
        "calls": calls[:LISTED_CALLS],
        "has_more_calls": len(calls) > LISTED_CALLS,
    }
    return render(request, "library/sheets/sheets.html", context)


@require_safe
@registered_required()
def sheet_drafts(request: ViewerRequest) -> HttpResponse:
    """The drafts that one writes, and those that one is asked to review."""
    viewer = request.viewer
    context = {
        "drafts": drafts_of(viewer),
        "unreadable": unreadable_drafts_of(viewer),
        "asked": reviews_asked_of(viewer),
        "may_begin": may_begin_sheet(viewer),
    }
    return render(request, "library/sheets/sheet_drafts.html", context)
