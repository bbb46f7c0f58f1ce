"""The page of results, and what is proposed while one types."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.base.prefetch import is_viewed
from accounts.base.rate_limits import RateLimit
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from accounts.viewers.viewers import Viewer
from forum.conversation.mentions.queries import find_thread_of_form
from forum.finding.search.filter_fields import filter_chips, filter_fields
from forum.finding.search.missed_searches.actions import note_missed_search
from forum.finding.search.other_results import find_others
from forum.finding.search.results import SearchResults
from forum.finding.search.search_query import SearchQuery
from forum.finding.search.suggestions import suggestions, thread_at, threads_to_link

_SEARCHES = ReadingRateLimit("search", people="120/10m/user", guests="600/10m/ip")
_SUGGESTIONS = ReadingRateLimit(
    "search_suggestions", people="1200/10m/user", guests="3000/10m/ip"
)


_MISSED = RateLimit("missed_search", "20/d/user", counts_reading=True)


def search(request: ViewerRequest) -> HttpResponse:
    """The threads that ``?q=`` and the filters find, and what else is called so."""
    viewer = request.viewer
    query = SearchQuery.from_params(request.GET)
    if query.is_empty:
        return render(request, "finding/search/search.html", {"query": query})
    if refusal := _SEARCHES.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    results = SearchResults(viewer, query)
    others = find_others(results.scope, query) if query.page == 1 else {}
    is_missed = is_viewed(request) and _is_missed(viewer, query, results, others)
    if is_missed and not _MISSED.refusal(request):
        note_missed_search(query.words, viewer)
    fields = filter_fields(query, results)
    context = {
        "query": query,
        "results": results,
        "others": others,
        "leads_to_sheets": results.has_sheets and not query.filters and query.page == 1,
        "fields": fields,
        "chips": filter_chips(query, fields),
    }
    return render(request, "finding/search/search.html", context)


def _is_missed(
    viewer: Viewer, query: SearchQuery, results: SearchResults, others: dict[str, Sequence[Any]]
) -> bool:
    """Whether a member finds nothing at all for words, without filters."""
    is_found = results.thread_count or results.public_count or results.corrected or others
    return viewer.is_member and not query.filters and not is_found


def search_suggestions(request: ViewerRequest) -> HttpResponse:
    """A few threads, tags and territories for what is being typed, as JSON.

    Where one writes in ``?thread=``, an id, or in a new thread of ``?space=``, a slug: threads
    alone, which all who read there read too; the one at ``?address=``, or by their titles.
    """
    viewer, typed = request.viewer, request.GET.get("q", "")
    if _SUGGESTIONS.refusal(request):
        return JsonResponse({}, status=429)
    if not {"thread", "space"} & request.GET.keys():
        return JsonResponse(suggestions(viewer, typed))
    if (thread := find_thread_of_form(viewer, request.GET)) is None:
        raise Http404
    if address := request.GET.get("address"):
        return JsonResponse({"threads": thread_at(viewer, address, request.get_host(), thread)})
    return JsonResponse({"threads": threads_to_link(viewer, typed, thread)})
