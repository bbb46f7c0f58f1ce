"""The map of territories: how many lie in each department, overseas, in each country."""

from collections import Counter
from typing import NamedTuple

from accounts.models import Department
from accounts.territories import countries
from accounts.territories.models import HOME
from accounts.text import fold

#: The outline's own measures; departments are marked in them.
WIDTH, HEIGHT = 613, 585
_SMALLEST, _LARGEST = 10, 15


class Place(NamedTuple):
    """A department or a country, and how many territories lie there."""

    code: str
    name: str
    count: int
    x: int | None = None
    y: int | None = None
    is_in_france: bool = True

    @property
    def radius(self):
        """Of its circle, which grows slowly with the number."""
        return min(_LARGEST, _SMALLEST + len(str(self.count)) + self.count // 10)


class Places(NamedTuple):
    """The places on the map, and those that have lists of their own."""

    mapped: list
    overseas: list
    abroad: list
    count: int

    @property
    def departments(self):
        """All those of France, by name, to choose one from."""
        return sorted([*self.mapped, *self.overseas], key=lambda place: fold(place.name))


def places_of(territories):
    """The Places of ``territories``, a queryset, in two queries whatever their number.

    One that lies in two departments counts in both.
    """
    rows = list(territories.order_by().values_list("department_codes", "country"))
    codes = [codes.split("|") for codes, country in rows if country == HOME and codes]
    inside = Counter(code for several in codes for code in several)
    outside = Counter(country for _codes, country in rows if country != HOME)
    found = Department.objects.filter(code__in=inside)
    here = [Place(one.code, one.name, inside[one.code], one.x, one.y) for one in found]
    names = countries.names()
    there = [
        Place(code, names.get(code, code), n, is_in_france=False) for code, n in outside.items()
    ]
    return Places(
        mapped=[place for place in here if place.x is not None],
        overseas=[place for place in here if place.x is None],
        abroad=sorted(there, key=lambda place: fold(place.name)),
        count=len(rows),
    )
