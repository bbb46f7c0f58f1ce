"""The animators' page: what waits, who is silent, who answers whom, who is new."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.base.pagination import NumberedPage, TwoStepPage
from accounts.models import Territory
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.list_rows import render_rows
from forum.finding.statistics.overview import queries
from forum.finding.statistics.overview.exchanges import ExchangeFigures, Exchanges
from forum.finding.statistics.overview.filters import VIEWS, OverviewFilters
from forum.templatetags.forum_tags import ago

_PAGE_SIZE = 30


@require_safe
@animator_required()
def overview(request: ViewerRequest) -> HttpResponse:
    """One of the parts of the page, by ``?vue=``."""
    filters = OverviewFilters.from_query(request.GET)
    shown = _PARTS[filters.view](request.viewer, filters)
    context = {"filters": filters, "views": [(key, str(name)) for key, name in VIEWS.items()]}
    return render(request, "finding/statistics/overview/overview.html", context | shown)


def _questions(viewer: Viewer, filters: OverviewFilters) -> dict[str, Any]:
    questions = queries.waiting_questions(viewer, filters.topic)
    page = NumberedPage[int](questions, filters.page).or_first()
    figures = queries.topic_figures(viewer)
    topics = [it for it in figures if it.waiting or (it.answers and it.answers.has_share)]
    return {
        "page": page,
        "rows": render_rows(viewer.rights, page.rows, ago),
        "topics": topics,
        "quiet_count": len(figures) - len(topics),
    }


def _silences(viewer: Viewer, filters: OverviewFilters) -> dict[str, Any]:
    organisations = queries.silent_organisations(viewer).prefetch_related("territories")
    page = NumberedPage(organisations, filters.page, _PAGE_SIZE).or_first()
    for organisation in page.rows:
        queries.add_last_monday(organisation)
    return {"page": page}


def _exchanges(viewer: Viewer, filters: OverviewFilters) -> dict[str, Any]:
    exchanges = Exchanges(viewer)
    figures = exchanges.of_territories()
    territories = Territory.objects.filter(pk__in=figures).order_by("folded_name", "pk")
    page = TwoStepPage(territories, filters.page, _PAGE_SIZE).or_first()
    return {
        "page": page,
        "colleges": exchanges.of_colleges(),
        "territories": [
            ExchangeFigures(territory, *figures[territory.pk]) for territory in page.rows
        ],
    }


def _newcomers(viewer: Viewer, filters: OverviewFilters) -> dict[str, Any]:
    return {
        "page": NumberedPage(queries.newcomers(viewer), filters.page, _PAGE_SIZE).or_first()
    }


def _meetings(viewer: Viewer, filters: OverviewFilters) -> dict[str, Any]:
    return {"figures": queries.meeting_figures(viewer)}


_PARTS = {
    "": _questions,
    "silences": _silences,
    "echanges": _exchanges,
    "nouveaux": _newcomers,
    "rencontres": _meetings,
}
