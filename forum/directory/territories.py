"""The map of territories with its list, and a territory's page."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import viewers
from accounts.models import College, Department, Territory
from accounts.territories import countries
from forum.directory import knowing
from forum.directory.asking import Asked
from forum.directory.listing import lying
from forum.directory.listing import territories as territories_asked
from forum.directory.map import HEIGHT, WIDTH, places_of
from forum.pages import Numbered

#: Organisations on a territory's page: more than act on any.
MOST_SHOWN = 100


@require_safe
def territories(request):
    """Where the network acts: a map, and the list of all that is on it."""
    viewer, asked = viewers.of_request(request), Asked.of(request.GET)
    rows = territories_asked(viewer, Asked(college=asked.college, topic=asked.topic))
    places = places_of(rows)
    context = {
        "asked": asked,
        "places": places,
        "departments": _departments(places, asked),
        "department": Department.objects.filter(code=asked.department).first(),
        "page": Numbered(lying(rows, asked), asked.page, size=30),
        "colleges": College.objects.all(),
        "country": countries.name_of(asked.country) if asked.country else "",
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "directory/territories.html", context)


def _departments(places, asked):
    """Those on the map, to choose one from; all, where the one asked for is not there."""
    there = places.departments
    is_there = not asked.department or any(one.code == asked.department for one in there)
    return there if there and is_there else Department.objects.order_by("code")


@require_safe
def territory(request, slug):
    """One territory: its organisations, what they ask, answered and told, and know."""
    viewer = viewers.of_request(request)
    one = get_object_or_404(Territory, slug=slug)
    seats = knowing.seats_of(organisation__territories=one)
    context = {
        "territory": one,
        "organisations": one.organisations.in_network().select_related("college")[:MOST_SHOWN],
        "asks": knowing.asks(viewer, seats),
        "answered": knowing.answered(viewer, seats),
        "told": knowing.told(viewer, seats),
        "topics": knowing.known_topics(viewer, seats),
    }
    return render(request, "directory/territory.html", context)
