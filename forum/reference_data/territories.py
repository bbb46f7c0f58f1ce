"""The places of France: its departments and its 1,255 groupings of communes.

From the official lists of 2026 (``data/CREDITS.md``). A department is known by its code, a
grouping by its SIREN; what is there is left as it is, but for the keys that find it.
"""

import re

from django.utils.text import slugify

from accounts.base.text import fold
from accounts.models import Department, Territory, TerritoryType
from forum.reference_data import files

_TERRITORY_KINDS = {
    "CC": TerritoryType.COMMUNES,
    "CA": TerritoryType.AGGLOMERATION,
    "CU": TerritoryType.URBAN,
    "METRO": TerritoryType.METROPOLIS,
    "MET69": TerritoryType.METROPOLIS,
}


def create_departments():
    """Create the departments that are missing; return how many."""
    known = set(Department.objects.values_list("code", flat=True))
    missing = [_department(row) for row in files.json_rows("departments")]
    missing = [one for one in missing if one.code not in known]
    return len(Department.objects.bulk_create(missing))


def create_groupings():
    """Create the groupings of communes that are missing; return how many."""
    known = set(Territory.objects.exclude(siren=None).values_list("siren", flat=True))
    missing = [row for row in files.csv_rows("epci") if row["siren"] not in known]
    if not missing:
        return 0
    names = dict(Department.objects.values_list("code", "name"))
    taken = set(Territory.objects.values_list("slug", flat=True))
    made = [_grouping(row, names, taken) for row in missing]
    return len(Territory.objects.bulk_create(made, batch_size=500))


def update_search_keys():
    """Make anew the keys of territories that would be others today; return how many.

    Those that people added, too: what finds a name is ours, the name is theirs.
    """
    every = list(Territory.objects.all())
    names = dict(Department.objects.values_list("code", "name"))
    before = {one.pk: one.search_key for one in every}
    for one in every:
        one.set_search_fields(names)
    changed = [one for one in every if one.search_key != before[one.pk]]
    Territory.objects.bulk_update(changed, ["search_key"], batch_size=500)
    return len(changed)


def _department(row):
    return Department(folded_name=fold(row["name"]), **row)


def _grouping(row, departments, taken):
    one = Territory(
        siren=row["siren"],
        name=_typeset(row["name"]),
        name_long=_typeset(row["name_long"]),
        kind=_TERRITORY_KINDS[row["kind"]],
        department_codes=row["department_codes"],
        population=int(row["population_municipale"]),
    )
    one.set_search_fields(departments)
    one.slug = _slug(one, taken)
    taken.add(one.slug)
    return one


def _typeset(name):
    quoted = re.sub(r'"([^"]*)"', "«\u00a0\\1\u00a0»", name)
    return quoted.replace("'", "’").replace(" - ", " – ")


def _slug(one, taken):
    """Its name; where another bears it, with the department, then with the number."""
    name = slugify(one.folded_name.replace("'", " "))[:100]
    tried = (name, f"{name}-{one.department.lower()}", f"{name}-{one.siren}")
    return next(slug for slug in tried if slug not in taken)
