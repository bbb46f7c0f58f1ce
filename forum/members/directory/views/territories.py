"""The map of territories with its list, and a territory's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.base.pagination import TwoStepPage
from accounts.models import College, Department, Territory
from accounts.territories import countries
from accounts.territories.queries import departments_by_code
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.rate_limits import ReadingRateLimit
from forum.library.sheets.public_versions.queries import sheets_on
from forum.members.directory import contributions
from forum.members.directory.acting_territories import find_territories
from forum.members.directory.filters import SHEETS, DirectoryFilters
from forum.members.directory.territory_map import territory_map_of

if TYPE_CHECKING:
    from accounts.territories.map_places import MapPlace
    from forum.members.directory.territory_map import TerritoryMap


#: Sheets are counted anew each time, by what the viewer sees.
_MAPS_OF_SHEETS = ReadingRateLimit("map_sheets", people="120/10m/user", guests="600/10m/ip")


@require_safe
def territories(request: ViewerRequest) -> HttpResponse:
    """A map of the territories where the network acts, and their list."""
    viewer, filters = request.viewer, DirectoryFilters.from_query(request.GET)
    if filters.how == SHEETS and (refusal := _MAPS_OF_SHEETS.refusal(request)):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    acting = DirectoryFilters(college=filters.college, topic=filters.topic, how=filters.how)
    places = find_territories(viewer, acting)
    territory_map, locations = territory_map_of(places), places.in_place(filters)
    page = TwoStepPage(Territory.objects.all(), filters.page, size=30, pks=list(locations))
    for row in page.rows:
        vars(row)["location"] = locations[row.pk]
    context = {
        "filters": filters,
        "territory_map": territory_map,
        "map_filters": replace(filters, page=1),
        "departments": _departments(territory_map, filters),
        "department": Department.objects.filter(code=filters.department).first(),
        "page": page,
        "colleges": College.objects.all(),
        "country": countries.name_of(filters.country) if filters.country else "",
    }
    return render(request, "members/directory/territories.html", context)


def _departments(
    territory_map: TerritoryMap, filters: DirectoryFilters
) -> Sequence[Department | MapPlace]:
    """The departments to choose from: those on the map; all, if the chosen one is not there."""
    on_map = territory_map.departments
    is_on_map = not filters.department or any(
        place.code == filters.department for place in on_map
    )
    return on_map if on_map and is_on_map else departments_by_code()


@require_safe
def territory(request: ViewerRequest, slug: str) -> HttpResponse:
    """One territory: its organisations, and what they ask, answered, told and know."""
    viewer = request.viewer
    subject = get_object_or_404(Territory.objects.select_related("grouping"), slug=slug)
    communes = contributions.communes(subject) if subject.siren else []
    questions, experiences = contributions.thread_rows(viewer, subject)
    sheets = sheets_on(viewer, subject)
    headed = {sheet.number for sheet in sheets if not sheet.is_public_version}
    context = {
        "territory": subject,
        "communes": communes,
        "acted_on": [commune for commune in communes if commune.is_acted_on],
        "organisations": contributions.acting_organisations(subject),
        "unresolved_questions": questions,
        "answers": contributions.answers(viewer, subject),
        "experiences": [row for row in experiences if row.pk not in headed],
        "sheets": sheets,
        "topics": contributions.expertise_topics(viewer, subject),
    }
    return render(request, "members/directory/territory.html", context)
