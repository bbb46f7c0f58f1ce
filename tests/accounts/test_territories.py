"""An organisation’s territories: its people choose, leave and add them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.urls import reverse
from django.utils import translation

from accounts.models import Department, Territory
from accounts.territories.actions import (
    MAX_TERRITORIES,
    add_territory,
    choose_territories,
    remove_territory,
)
from accounts.territories.lookup import NewTerritory
from tests.accounts.territory_helpers import names, territory


@pytest.fixture
def town(claire):
    """The organisation that Claire sits in."""
    return claire.seats.get().organisation


def test_its_people_choose_its_territories_and_leave_them(claire, town, browser_of):
    rohan, page = territory(), browser_of(claire)
    address = reverse("organisation-territories", args=[town.slug])
    shown = page.get(address, {"q": "roh"})
    assert 'value="pays-de-rohan"' in shown.text

    sent = {"territory": ["pays-de-rohan"]}
    assert page.post(reverse("choose-territories", args=[town.slug]), sent).status_code == 302
    assert list(town.territories.all()) == [rohan]
    page.post(reverse("choose-territories", args=[town.slug]), sent)
    assert town.territories.count() == 1

    left = page.post(reverse("leave-territory", args=[town.slug]), {"territory": rohan.slug})
    assert left.status_code == 302
    assert not town.territories.exists()


def test_they_add_what_is_not_on_the_list_once(claire, town, browser_of):
    page, address = browser_of(claire), reverse("add-territory", args=[town.slug])
    Department.objects.create(code="56", name="Morbihan")
    sent = {"name": "Pays  de Rohan", "type": "pays", "department_code": "56", "country": "FR"}

    for name in (sent["name"], "PAYS DE ROHAN"):
        assert page.post(address, sent | {"name": name}).status_code == 302

    one = Territory.objects.get()
    assert (one.name, one.type, one.department) == ("Pays de Rohan", "pays", "56")
    assert list(town.territories.all()) == [one]
    assert names("rohan") == ["Pays de Rohan"]


def test_abroad_there_is_no_department_and_the_country_is_said(claire, town, browser_of):
    sent = {"name": "Güssing", "type": "commune", "department_code": "999", "country": "AT"}
    browser_of(claire).post(reverse("add-territory", args=[town.slug]), sent)

    one = Territory.objects.get()
    assert (one.country, one.department_codes) == ("AT", "")
    with translation.override("fr"):
        assert str(one) == "Güssing (Autriche)"
    with translation.override("en"):
        assert str(one) == "Güssing (Austria)"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 500), ("name", "\0"), ("name", "123"),
        ("type", ""), ("type", "forgé"), ("type", "metropole"),
        ("department_code", ""), ("department_code", "20"), ("department_code", "\0"),
        ("department_code", "9999"), ("country", "ZZ"), ("country", "\0"),
    ],
)  # fmt: skip
def test_a_territory_that_will_not_do_says_why_and_keeps_the_rest(
    field, value, claire, town, browser_of
):
    sent = {"name": "Rohan", "type": "pays", "department_code": "56", "country": "FR"}

    answer = browser_of(claire).post(
        reverse("add-territory", args=[town.slug]), sent | {field: value}
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "choix valide" not in answer.text
    assert not Territory.objects.exists()
    assert field == "name" or 'value="Rohan"' in answer.text


@pytest.mark.parametrize(
    "role", ["registered", "waiting", "projects", "former", "lapsed", "suspended"]
)
def test_nobody_else_chooses_them(role, people, town, browser_of):
    rohan, person = territory(), getattr(people, role)
    if role in {"waiting", "former", "lapsed"}:  # In this very organisation.
        person.seats.update(organisation=town)
    page = browser_of(person)

    for name in ("organisation-territories", "choose-territories", "add-territory"):
        address = reverse(name, args=[town.slug])
        answer = page.get(address) if name[0] == "o" else page.post(address, {})
        assert answer.status_code == 403, name
    with pytest.raises(PermissionDenied):
        choose_territories(town, person, [rohan])
    with pytest.raises(PermissionDenied):
        remove_territory(town, person, rohan)
    assert not town.territories.exists()


def test_an_animator_chooses_for_any_organisation(lucie, town, browser_of):
    page = browser_of(lucie).get(reverse("organisation-territories", args=[town.slug]))

    assert page.status_code == 200
    choose_territories(town, lucie, [territory()])
    assert town.territories.count() == 1


def test_a_guest_signs_in_first(client, town):
    answer = client.get(reverse("organisation-territories", args=[town.slug]))

    assert answer.status_code == 302 and "/compte/login/" in answer["Location"]


def test_an_organisation_has_a_bounded_number_of_territories(lucie, town, full):
    with pytest.raises(PermissionDenied, match="au plus"):
        choose_territories(town, lucie, [territory()])


@pytest.fixture
def full(lucie, town):
    """As many territories as an organisation may have, all its own."""
    many = Territory.objects.bulk_create(
        Territory(slug=f"t-{n}", name=f"T {n}", folded_name=f"t {n}")
        for n in range(MAX_TERRITORIES)
    )
    choose_territories(town, lucie, many)
    return many


def test_choosing_again_is_no_choice_more(lucie, town, full):
    choose_territories(town, lucie, full[:3])
    add_territory(town, lucie, NewTerritory(full[0].name, full[0].type, country="FR"))

    assert town.territories.count() == MAX_TERRITORIES


def test_one_too_many_is_said_in_the_form_and_what_was_sent_is_there(
    claire, town, full, browser_of
):
    Department.objects.create(code="44", name="Loire-Atlantique")
    page, rohan = browser_of(claire), territory()
    chosen = {"territory": [rohan.slug], "territory_words": "roh"}
    ticked = page.post(reverse("choose-territories", args=[town.slug]), chosen)
    new = {"name": "Pays de Retz", "type": "pays", "department_code": "44", "country": "FR"}
    typed = page.post(reverse("add-territory", args=[town.slug]), new)

    assert ticked.status_code == typed.status_code == 403
    assert "100 territoires au plus" in ticked.text and "100 territoires au plus" in typed.text
    assert 'value="pays-de-rohan" checked' in ticked.text and 'value="roh"' in ticked.text
    assert 'value="Pays de Retz"' in typed.text
    assert town.territories.count() == MAX_TERRITORIES
    assert not Territory.objects.filter(name="Pays de Retz").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_two_people_who_add_one_territory_at_once_get_one_row(lucie, claire, jeanne):
    towns = [person.seats.get().organisation for person in (claire, jeanne)] * 3
    new = NewTerritory("Pays de Rohan", "pays", "56")

    def add(town):
        try:
            return add_territory(town, lucie, new).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(add, towns))) == 1
    assert Territory.objects.count() == 1
    assert Territory.objects.get().organisations.count() == 2


def test_two_names_that_make_one_address_are_two_territories(lucie, town):
    first = add_territory(town, lucie, NewTerritory("Pays d’Auge", "pays", "14"))
    second = add_territory(town, lucie, NewTerritory("Pays d Auge", "pays", "14"))
    search = add_territory(town, lucie, NewTerritory("Recherche", "commune", "14"))

    assert (first.slug, second.slug) == ("pays-d-auge", "pays-d-auge-2")
    assert search.get_absolute_url() != reverse("territory-search")
