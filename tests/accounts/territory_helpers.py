"""Territories by their names."""

from accounts.models import Territory
from accounts.territories.search import search_territories
from forum.site.reference_data import territories


def create_france():
    """The departments and the official list of groupings."""
    territories.create_departments()
    territories.create_groupings()


#: A few communes: some of one name, in groupings that are on the list, and odd names.
COMMUNES = [
    {"insee": insee, "name": name, "epci": epci, "population": population}
    for insee, name, epci, population in [
        ("01001", "L'Abergement-Clémenciat", "200069193", "860"),
        ("16052", "Bors (Canton de Tude-et-Lavalette)", "200070282", "223"),
        ("22046", "Le Mené", "200067460", "6556"),
        ("38207", "Lavaldens", "200040657", "165"),
        ("38269", "La Mure", "200040657", "4963"),
        ("38454", "Saint-Sauveur", "200070431", "2127"),
        ("31516", "Saint-Sauveur", "200034957", "2243"),
        ("76255", "Eu", "247600588", "6499"),
        ("79329", "Thouars", "247900798", "13891"),
        ("80829", "Y", "200070985", "87"),
        ("92077", "Ville-d'Avray", "200054781", "11089"),
        ("98411", "Îles Saint-Paul et Nouvelle-Amsterdam", "", ""),
    ]
]


def create_communes():
    """The few, in the groupings that are there."""
    return territories.create_communes(COMMUNES)


def names(typed):
    return [one.name for one in search_territories(typed)]


def territory(name="Pays de Rohan", code="56", **fields):
    fields = {"slug": name.lower().replace(" ", "-"), "type": "pays"} | fields
    return Territory.objects.create(name=name, department_codes=code, **fields)
