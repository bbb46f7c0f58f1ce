"""The departments of France and its 1,255 groupings of communes.

They come from the official lists of 2026 (``data/CREDITS.md``). A department is identified by
its code, a grouping by its SIREN; what exists is left as it is, but for its search keys.
"""

import re

from django.utils.text import slugify

from accounts.base.text import fold
from accounts.models import Department, Territory, TerritoryType
from forum.site.reference_data import files

_TERRITORY_KINDS = {
    "CC": TerritoryType.COMMUNES,
    "CA": TerritoryType.AGGLOMERATION,
    "CU": TerritoryType.URBAN,
    "METRO": TerritoryType.METROPOLIS,
    "MET69": TerritoryType.METROPOLIS,
}


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


def update_search_keys() -> int:
    """Update the search keys of all territories, those that people added too.

    Return how many changed.
    """
    territories = list(Territory.objects.all())
    names = dict(Department.objects.values_list("code", "name"))
    before = {territory.pk: territory.search_key for territory in territories}
    for territory in territories:
        territory.set_search_fields(names)
    changed = [
        territory for territory in territories if territory.search_key != before[territory.pk]
    ]
    Territory.objects.bulk_update(changed, ["search_key"], batch_size=500)
    return len(changed)


def _department(row):
    return Department(folded_name=fold(row["name"]), **row)


def _grouping(row, departments, known_slugs):
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


def _typeset(name):
    quoted = re.sub(r'"([^"]*)"', "«\u00a0\\1\u00a0»", name)
    return quoted.replace("'", "’").replace(" - ", " – ")


def _slug(territory, known_slugs):
    """Its name; where that slug is taken, with its department, or else with its SIREN."""
    name = slugify(territory.folded_name.replace("'", " "))[:100]
    slugs = (name, f"{name}-{territory.department.lower()}", f"{name}-{territory.siren}")
    return next(slug for slug in slugs if slug not in known_slugs)
