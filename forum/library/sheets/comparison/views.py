"""The pages that compare sheets: two to four side by side, and the figures of many."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.library.sheets.comparison import plot
from forum.library.sheets.comparison.filters import PER_INHABITANT, ComparisonFilters
from forum.library.sheets.comparison.indicators import INDICATORS, Indicator
from forum.library.sheets.comparison.queries import (
    MAX_BESIDE,
    MAX_SHEETS,
    ShownSheet,
    comparison_of,
    lowest,
    sheets_beside,
    sheets_like,
    symbol_of,
)
from forum.library.sheets.comparison.spread import LEAST
from forum.library.sheets.filters import COSTS, SIZES
from forum.library.sheets.months import month_text

_COMPARISONS = ReadingRateLimit("compare_sheets", people="120/10m/user", guests="600/10m/ip")


@require_safe
def compare_sheets(request: ViewerRequest) -> HttpResponse:
    """The sheets ``?fiche=…&fiche=…`` beside each other; ``?par=habitant`` divides."""
    viewer = request.viewer
    if refusal := _COMPARISONS.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    ids = request.GET.getlist("fiche")
    beside = sheets_beside(viewer, ids)
    topics = {one.sheet.shown_topic for one in beside}
    places = {one.sheet.territory_id for one in beside} - {None}
    per = PER_INHABITANT if request.GET.get("par") == PER_INHABITANT else ""
    context = {
        "beside": beside,
        "commissioned": [month_text(one.sheet.commissioned) for one in beside],
        "has_more": len(ids) > MAX_BESIDE,
        "are_told_by_place": len(places) == len(beside),
        "are_of_many_topics": len(topics) > 1,
        "chosen": urlencode({"fiche": [one.sheet.thread_id for one in beside]}, doseq=True),
        "per": per,
        "rows": _figure_rows(beside, per),
        "others": sheets_like(viewer, beside) if len(beside) < MAX_BESIDE else [],
    }
    return render(request, "library/sheets/comparison/compare_sheets.html", context)


@require_safe
def sheet_figures(request: ViewerRequest) -> HttpResponse:
    """A plot of two indicators, the table beside it, and medians, by the query's filters."""
    viewer, filters = request.viewer, ComparisonFilters.from_query(request.GET)
    if refusal := _COMPARISONS.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    x, y = INDICATORS[filters.x], INDICATORS[filters.y]
    context = {
        "filters": filters,
        "compared": comparison_of(viewer, filters),
        "x": x,
        "y": y,
        "x_symbol": symbol_of(x, filters.per),
        "y_symbol": symbol_of(y, filters.per),
        "is_money": x.is_money or y.is_money,
        "indicators": INDICATORS.values(),
        "sizes": SIZES,
        "costs": COSTS,
        "frame": plot,
        "least": LEAST,
        "most": MAX_SHEETS,
    }
    return render(request, "library/sheets/comparison/sheet_figures.html", context)


def _figure_rows(
    beside: Sequence[ShownSheet], per: str
) -> list[tuple[Indicator, list[tuple[str, Any, bool]]]]:
    """The indicators that any sheet has, each with what every one says, and if it is lowest.

    Ratios first: they compare what sizes do not.
    """
    rows = []
    for indicator in sorted(INDICATORS.values(), key=lambda it: not it.is_ratio):
        least = lowest(beside, indicator)
        cells = [
            (sheet.words(indicator, per), _figure(sheet, indicator, per), sheet.pk in least)
            for sheet in beside
        ]
        if any(words for words, *_rest in cells):
            rows.append((indicator, cells))
    return rows


def _figure(sheet: ShownSheet, indicator: Indicator, per: str) -> Any:
    """What the page adds of its figure to its words: None where these say what it lacks."""
    return None if sheet.lacks_population(indicator, per) else sheet.figures.get(indicator.key)
