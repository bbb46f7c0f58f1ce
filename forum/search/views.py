"""The page of results, and what is proposed while one types."""

from django.http import JsonResponse
from django.shortcuts import render

from accounts.base.rate_limits import RateLimit
from accounts.viewers import viewers
from forum.search.filter_fields import filter_chips, filter_fields
from forum.search.other_results import find_others
from forum.search.results import SearchResults
from forum.search.search_query import SearchQuery
from forum.search.suggestions import suggestions

_SEARCHES = RateLimit("search", "120/10m/user", counts_reading=True)
#: Of guests, who are known by an address that others may share.
_GUEST_SEARCHES = RateLimit("search_as_guest", "600/10m/ip", counts_reading=True)
_SUGGESTIONS = RateLimit("search_suggestions", "1200/10m/user", counts_reading=True)
_GUEST_SUGGESTIONS = RateLimit(
    "search_suggestions_as_guest", "3000/10m/ip", counts_reading=True
)


def search(request):
    """The threads that ``?q=`` and the filters find, and what else is called so."""
    viewer = viewers.get_viewer(request)
    query = SearchQuery.from_params(request.GET)
    if query.is_empty:
        return render(request, "search/search.html", {"query": query})
    limit = _GUEST_SEARCHES if viewer.person_id is None else _SEARCHES
    if refusal := limit.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    results = SearchResults(viewer, query)
    others = find_others(viewer, query) if query.page == 1 else {}
    fields = filter_fields(query, results)
    context = {
        "query": query,
        "results": results,
        "others": others,
        "fields": fields,
        "chips": filter_chips(query, fields),
    }
    return render(request, "search/search.html", context)


def search_suggestions(request):
    """A few threads, tags and territories for what is being typed, as JSON."""
    viewer = viewers.get_viewer(request)
    limit = _GUEST_SUGGESTIONS if viewer.person_id is None else _SUGGESTIONS
    if limit.refusal(request):
        return JsonResponse({}, status=429)
    return JsonResponse(suggestions(viewer, request.GET.get("q", "")))
