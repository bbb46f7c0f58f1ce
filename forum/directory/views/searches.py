"""How often one may search in the directory: it goes through all names."""

from functools import wraps

from django.shortcuts import render

from accounts.base.rate_limits import RateLimit
from accounts.viewers import viewers
from forum.directory.filters import DirectoryFilters

_SEARCHES = RateLimit("search_directory", "120/10m/user", counts_reading=True)
#: Of guests, who are known by an address that others may share.
_GUEST_SEARCHES = RateLimit("search_directory_as_guest", "600/10m/ip", counts_reading=True)


def bounded_search(view):
    """A decorator for the page of a directory: who searches too often is told until when."""

    @wraps(view)
    def bounded(request):
        filters = DirectoryFilters.from_query(request.GET)
        if filters.words or filters.organisation:
            is_known = viewers.get_viewer(request).person_id is not None
            limit = _SEARCHES if is_known else _GUEST_SEARCHES
            if refusal := limit.refusal(request):
                return render(request, "429.html", {"refusal": refusal}, status=429)
        return view(request)

    return bounded
