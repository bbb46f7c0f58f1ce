"""The map of territories: how many lie in each department, overseas, in each country."""

from typing import NamedTuple

from accounts.base.text import fold
from accounts.territories import countries
from accounts.territories.map_places import MapPlace
from accounts.territories.queries import departments_by_code
from forum.members.directory.acting_territories import ActingTerritories


class TerritoryMap(NamedTuple):
    """The places on the map, and those that have lists of their own."""

    on_map: tuple[MapPlace, ...]
    overseas: tuple[MapPlace, ...]
    abroad: tuple[MapPlace, ...]
    count: int  # type: ignore[assignment]

    @property
    def departments(self) -> list[MapPlace]:
        """All departments that hold territories, by name, to choose one from."""
        return sorted([*self.on_map, *self.overseas], key=lambda place: fold(place.name))


def territory_map_of(acting: ActingTerritories) -> TerritoryMap:
    """The map of ``acting``, in one query whatever their number."""
    inside, outside = acting.by_department, acting.by_country
    departments = (row for row in departments_by_code() if row.code in inside)
    marked = [
        MapPlace(row.code, row.name, inside[row.code], row.x, row.y) for row in departments
    ]
    names = countries.names()
    abroad = [
        MapPlace(code, names.get(code, code), n, is_in_france=False)
        for code, n in outside.items()
    ]
    return TerritoryMap(
        on_map=tuple(place for place in marked if place.x is not None),
        overseas=tuple(place for place in marked if place.x is None),
        abroad=tuple(sorted(abroad, key=lambda place: fold(place.name))),
        count=len(acting.locations),
    )
