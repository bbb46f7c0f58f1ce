"""The library: all tools that a viewer sees, by topic and by what else one looks for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.base.licences import Licence
from forum.library.tools.filters import BY_USE, ToolFilters
from forum.library.tools.models import ToolType
from forum.library.tools.queries import library_page

_SEARCHES = ReadingRateLimit("search_tools", people="120/10m/user", guests="600/10m/ip")


@require_safe
def tools(request: ViewerRequest) -> HttpResponse:
    """The tools that the filters of the query find."""
    filters = ToolFilters.from_query(request.GET)
    is_search = bool(filters.words or filters.territory or filters.organisation)
    if is_search and (refusal := _SEARCHES.refusal(request)):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    context = {
        "filters": filters,
        "page": library_page(request.viewer, filters),
        "types": ToolType.choices,
        "licences": Licence.choices,
        "by_use": BY_USE,
    }
    return render(request, "library/tools/tools.html", context)
