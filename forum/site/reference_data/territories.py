"""The departments of France, its 1,255 groupings of communes and its 34,969 communes.

They come from the official lists of 2026 (``data/CREDITS.md``). A department is identified by
its code, a grouping by its SIREN, a commune by its INSEE code; what exists is left as it is,
but for its search keys.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.base.text import fold, slug_of
from accounts.models import Department, Territory, TerritoryType
from accounts.territories.models import official
from forum.site.reference_data import files

_TERRITORY_KINDS = {
    "CC": TerritoryType.COMMUNES,
    "CA": TerritoryType.AGGLOMERATION,
    "CU": TerritoryType.URBAN,
    "METRO": TerritoryType.METROPOLIS,
    "MET69": TerritoryType.METROPOLIS,
}
#: What the official list says of a commune besides its name and place.
_OF_COMMUNES = ("insee_code", "grouping", "population")
_SEARCH_FIELDS = ("search_key", "search_prefix", "last_prefix")


def create_departments() -> int:
    """Create the departments that are missing; return how many."""
    known = set(Department.objects.values_list("code", flat=True))
    missing = [_department(row) for row in files.json_rows("departments")]
    missing = [department for department in missing if department.code not in known]
    return len(Department.objects.bulk_create(missing))


def create_groupings() -> int:
    """Create the groupings of communes that are missing; return how many."""
    known = set(Territory.objects.exclude(siren=None).values_list("siren", flat=True))
    missing = [row for row in files.csv_rows("epci") if row["siren"] not in known]
    if not missing:
        return 0
    names = dict(Department.objects.values_list("code", "name"))
    slugs = set(Territory.objects.values_list("slug", flat=True))
    groupings = [_grouping(row, names, slugs) for row in missing]
    return len(Territory.objects.bulk_create(groupings, batch_size=500))


def create_communes(rows: Iterable[Mapping[str, str]]) -> int:
    """Create the communes of ``rows`` that are missing, in their groupings; return how many.

    One that somebody added by its name becomes the official one, and is not counted.
    """
    known = set(Territory.objects.exclude(insee_code=None).values_list("insee_code", flat=True))
    missing = [row for row in rows if row["insee"] not in known]
    if not missing:
        return 0
    names = dict(Department.objects.values_list("code", "name"))
    groupings = Territory.objects.exclude(siren=None).in_bulk(field_name="siren")
    added = {
        (it.folded_name, it.department_codes): it
        for it in Territory.objects.exclude(official()).filter(type=TerritoryType.COMMUNE)
    }
    slugs = set(Territory.objects.values_list("slug", flat=True))
    communes: list[Territory] = []
    adopted: list[Territory] = []
    for row in missing:
        commune = _commune(row, groupings)
        same = added.get((fold(commune.name), commune.department_codes))
        if same:
            for name in _OF_COMMUNES:
                setattr(same, name, getattr(commune, name))
        commune = same or commune
        commune.set_search_fields(names)
        if not same:
            commune.slug = _slug_of_commune(commune, slugs)
            slugs.add(commune.slug)
        (adopted if same else communes).append(commune)
    Territory.objects.bulk_update(adopted, [*_OF_COMMUNES, *_SEARCH_FIELDS], batch_size=500)
    return len(Territory.objects.bulk_create(communes, batch_size=2000))


def update_search_keys() -> int:
    """Update the search keys of all territories, those that people added too.

    Return how many changed.
    """
    territories = Territory.objects.only(
        "name", "name_long", "folded_name", "department_codes", "insee_code", *_SEARCH_FIELDS
    )
    names = dict(Department.objects.values_list("code", "name"))
    changed = []
    for territory in territories:
        before = [getattr(territory, name) for name in _SEARCH_FIELDS]
        territory.set_search_fields(names)
        if [getattr(territory, name) for name in _SEARCH_FIELDS] != before:
            changed.append(territory)
    Territory.objects.bulk_update(changed, _SEARCH_FIELDS, batch_size=500)
    return len(changed)


def _department(row: dict[str, Any]) -> Department:
    return Department(folded_name=fold(row["name"]), **row)


def _grouping(
    row: dict[str, str], departments: dict[str, str], known_slugs: set[str]
) -> Territory:
    territory = Territory(
        siren=row["siren"],
        name=_typeset(row["name"]),
        name_long=_typeset(row["name_long"]),
        type=_TERRITORY_KINDS[row["kind"]],
        department_codes=row["department_codes"],
        population=int(row["population_municipale"]),
    )
    territory.set_search_fields(departments)
    territory.slug = _slug(territory, known_slugs)
    known_slugs.add(territory.slug)
    return territory


def _commune(row: Mapping[str, Any], groupings: dict[str, Territory]) -> Territory:
    code, population = row["insee"], row["population"]
    return Territory(
        insee_code=code,
        name=_typeset(row["name"]),
        type=TerritoryType.COMMUNE,
        department_codes=code[: 3 if code >= "97" else 2],
        grouping=groupings.get(row["epci"]),
        population=int(population) if population else None,
    )


def _typeset(name: str) -> str:
    quoted = re.sub(r'"([^"]*)"', "«\u00a0\\1\u00a0»", name)
    return quoted.replace("'", "’").replace(" - ", " – ")


def _slug(territory: Territory, known_slugs: set[str]) -> str:
    """Its name; where that slug is taken, with its department, or else with its SIREN."""
    name = slug_of(territory.name)[:100]
    slugs = (name, f"{name}-{territory.department.lower()}", f"{name}-{territory.siren}")
    return next(slug for slug in slugs if slug not in known_slugs)


def _slug_of_commune(commune: Territory, known_slugs: set[str]) -> str:
    """Its name with its department, since many share a name; or else with its INSEE code."""
    name = slug_of(commune.name)[:100]
    ends = commune.department, commune.insee_code or ""
    slugs = (f"{name}-{end.lower()}" for end in ends)
    return next(slug for slug in slugs if slug not in known_slugs)
