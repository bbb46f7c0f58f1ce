"""How often one may search in the directory: it goes through all names."""

from functools import wraps

from django.http import HttpResponseBase
from django.shortcuts import render

from accounts.viewers.decorators import View
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.members.directory.filters import DirectoryFilters

_SEARCHES = ReadingRateLimit("search_directory", people="120/10m/user", guests="600/10m/ip")


def bounded_search(view: View) -> View:
    """A decorator for the page of a directory: who searches too often is told until when."""

    @wraps(view)
    def bounded(request: ViewerRequest) -> HttpResponseBase:
        filters = DirectoryFilters.from_query(request.GET)
        is_search = bool(filters.words or filters.organisation)
        if is_search and (refusal := _SEARCHES.refusal(request)):
            return render(request, "429.html", {"refusal": refusal}, status=429)
        return view(request)

    return bounded
