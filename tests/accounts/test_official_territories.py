"""The official list of territories, where an organisation adds one of its own."""

from accounts.models import Territory
from accounts.territories.actions import add_territory
from accounts.territories.forms import TerritoryForm
from accounts.territories.lookup import NewTerritory


def test_a_department_is_one_of_the_list(france):
    def is_valid(code):
        fields = {"name": "Rohan", "type": "pays", "department_code": code, "country": "FR"}
        return TerritoryForm(fields).is_valid()

    assert is_valid("01") and is_valid("2A") and is_valid("976") and is_valid("988")
    assert not is_valid("20") and not is_valid("96") and not is_valid("979")


def test_what_is_on_the_official_list_is_not_added_again(lucie, town, france):
    before = Territory.objects.count()

    one = add_territory(town, lucie, NewTerritory("cc du thouarsais", "autre", "79"))

    assert one.siren and Territory.objects.count() == before
