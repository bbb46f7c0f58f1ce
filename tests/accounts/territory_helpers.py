"""Territories by their names."""

from accounts.models import Territory
from accounts.territories.search import search_territories
from forum.site.reference_data import territories


def create_france():
    """The departments and the official list of groupings."""
    territories.create_departments()
    territories.create_groupings()


def names(typed):
    return [one.name for one in search_territories(typed)]


def territory(name="Pays de Rohan", code="56", **fields):
    fields = {"slug": name.lower().replace(" ", "-"), "type": "pays"} | fields
    return Territory.objects.create(name=name, department_codes=code, **fields)
