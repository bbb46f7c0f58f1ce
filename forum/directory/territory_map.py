"""The map of territories: how many lie in each department, overseas, in each country."""

from collections import Counter
from typing import NamedTuple

from accounts.base.text import fold
from accounts.models import Department
from accounts.territories import countries
from forum.directory.queries import TerritoryLocation

#: The outline's own measures; departments are marked in them.
WIDTH, HEIGHT = 613, 585
_MIN_RADIUS, _MAX_RADIUS = 10, 15


class MapPlace(NamedTuple):
    """A department or a country, and how many territories lie there."""

    code: str
    name: str
    count: int
    x: int | None = None
    y: int | None = None
    is_in_france: bool = True

    @property
    def radius(self) -> int:
        """The radius of its circle, which grows slowly with the number."""
        return min(_MAX_RADIUS, _MIN_RADIUS + len(str(self.count)) + self.count // 10)


class TerritoryMap(NamedTuple):
    """The places on the map, and those that have lists of their own."""

    on_map: list
    overseas: list
    abroad: list
    count: int

    @property
    def departments(self) -> list[MapPlace]:
        """All departments that hold territories, by name, to choose one from."""
        return sorted([*self.on_map, *self.overseas], key=lambda place: fold(place.name))


def territory_map_of(locations: list[TerritoryLocation]) -> TerritoryMap:
    """The map of the territories at ``locations``, in one query whatever their number.

    One that lies in two departments counts in both.
    """
    here = (one.departments for one in locations if one.is_in_france)
    inside = Counter(code for departments in here for code in departments)
    outside = Counter(one.country for one in locations if not one.is_in_france)
    found = Department.objects.filter(code__in=inside)
    marked = [MapPlace(one.code, one.name, inside[one.code], one.x, one.y) for one in found]
    names = countries.names()
    there = [
        MapPlace(code, names.get(code, code), n, is_in_france=False)
        for code, n in outside.items()
    ]
    return TerritoryMap(
        on_map=[place for place in marked if place.x is not None],
        overseas=[place for place in marked if place.x is None],
        abroad=sorted(there, key=lambda place: fold(place.name)),
        count=len(locations),
    )
