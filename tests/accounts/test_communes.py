"""Communes are territories: found by name and department, each in its grouping."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Organisation, Territory
from accounts.territories.actions import add_territory
from accounts.territories.lookup import NewTerritory
from accounts.territories.queries import meant_territory
from accounts.territories.search import find_official, search_territories
from forum.site.reference_data import files, territories
from forum.site.reference_data.loading import load_communes
from tests import factories
from tests.accounts.territory_helpers import create_communes, names, territory


def found(typed):
    return [str(place) for place in search_territories(typed)]


def test_a_commune_is_loaded_once_with_its_grouping_department_and_population(communes):
    lavaldens = Territory.objects.get(insee_code="38207")

    assert str(lavaldens) == "Lavaldens (38)" and lavaldens.population == 165
    assert lavaldens.nature == "Commune" and lavaldens.slug == "lavaldens-38"
    assert lavaldens.grouping.name == "CC de la Matheysine"
    assert {it.name for it in lavaldens.grouping.communes.all()} == {"Lavaldens", "La Mure"}
    assert create_communes() == 0
    remote = Territory.objects.get(insee_code="98411")
    assert remote.department == "984" and remote.grouping is None and remote.population is None


def test_a_commune_that_somebody_added_becomes_the_official_one(france, town):
    town.territories.add(territory("Lavaldens", "38", type="commune", slug="notre-village"))

    create_communes()

    lavaldens = Territory.objects.get(name="Lavaldens")
    assert lavaldens.insee_code == "38207" and lavaldens.slug == "notre-village"
    assert lavaldens.grouping.name == "CC de la Matheysine" and lavaldens.population == 165
    assert town.territories.get() == lavaldens


def test_a_commune_is_found_by_the_first_word_of_its_name_as_people_type_it(communes):
    for typed, place in [
        ("lav", "Lavaldens (38)"), ("LAVALDENS", "Lavaldens (38)"),
        ("38 lavald", "Lavaldens (38)"),
        ("commune de lavaldens", "Lavaldens (38)"), ("mairie de Lavaldens", "Lavaldens (38)"),
        ("mené", "Le Mené (22)"), ("le men", "Le Mené (22)"), ("ville du mené", "Le Mené (22)"),
        ("mure", "La Mure (38)"), ("la mure", "La Mure (38)"),
        ("abergement clem", "L’Abergement-Clémenciat (01)"),
        ("labergement", "L’Abergement-Clémenciat (01)"),
        ("l'abergement", "L’Abergement-Clémenciat (01)"),
        ("ville d'avray", "Ville-d’Avray (92)"), ("ville davray", "Ville-d’Avray (92)"),
        ("eu", "Eu (76)"), ("y", "Y (80)"),
        ("bors tude", "Bors (Canton de Tude-et-Lavalette) (16)"),
        ("st sauveur", "Saint-Sauveur (38)"), ("saint sa", "Saint-Sauveur (38)"),
    ]:  # fmt: skip
        assert place in found(typed), typed


@pytest.mark.parametrize("typed", ["Mézières", "mez", "commune de mézières", "mezieres 08"])
def test_a_commune_is_found_by_the_last_word_of_its_name_too_after_those_that_begin_so(
    communes, typed
):
    territories.create_communes(
        {"insee": insee, "name": name, "epci": "", "population": population}
        for insee, name, population in [
            ("08105", "Charleville-Mézières", "46428"), ("08999", "Mézières-en-Drouais", "9"),
        ]
    )  # fmt: skip

    assert found(typed)[-2:] == ["Mézières-en-Drouais (08)", "Charleville-Mézières (08)"]


def test_communes_of_one_name_are_told_apart_by_their_department(communes):
    assert found("saint-sauveur")[:2] == ["Saint-Sauveur (31)", "Saint-Sauveur (38)"]
    assert found("saint-sauveur 38") == ["Saint-Sauveur (38)"]
    assert len(find_official("Commune de Saint-Sauveur")) == 2
    slugs = Territory.objects.filter(name="Saint-Sauveur").values_list("slug", flat=True)
    assert {*slugs} == {"saint-sauveur-31", "saint-sauveur-38"}


def test_groupings_are_found_by_any_of_their_words_still(communes):
    assert names("matheysine") == ["CC de la Matheysine"]
    assert names("thouars")[:2] == ["Thouars", "CC du Thouarsais"]


def test_a_commune_on_the_list_is_not_added_again(communes, lucie, town):
    before = Territory.objects.count()

    added = add_territory(town, lucie, NewTerritory("lavaldens", "commune", "38"))

    assert added.insee_code == "38207" and Territory.objects.count() == before


@pytest.fixture
def joining(make_person, browser_of, charter, communes):
    """How Rita signs for an organisation; what the form answers."""
    browser = browser_of(make_person("Rita Nouvelle"))

    def send(**changed):
        fields = {
            "version": charter.name, "college": factories.AUTHORITIES, "position": "Maire",
            "authority": "office", "authority_detail": "",
            "typed_name": "Rita Nouvelle",
        } | changed  # fmt: skip
        return browser.post(reverse("sign-charter"), fields)

    return send


@pytest.mark.parametrize(
    "name", ["Commune de Lavaldens", "Mairie de Lavaldens", "ville de lavaldens"]
)
def test_a_commune_joins_at_once_and_its_territory_is_itself(joining, name):
    assert joining(organisation=name).status_code == 302

    commune = Organisation.objects.get(name=name)
    assert [str(it) for it in commune.territories.all()] == ["Lavaldens (38)"]
    assert commune.department_code == "38"


def test_of_communes_of_one_name_who_joins_is_asked_which(joining):
    answer = joining(organisation="Commune de Saint-Sauveur")

    assert answer.status_code == 422
    assert re.findall(r'name="territory"\s+value="(saint[^"]*)"', answer.text) == [
        "saint-sauveur-31", "saint-sauveur-38",
    ]  # fmt: skip
    sent = {"asked": "commune de saint-sauveur", "territory": "saint-sauveur-38"}
    assert joining(organisation="Commune de Saint-Sauveur", **sent).status_code == 302
    assert Organisation.objects.get().department_code == "38"


def test_the_department_alone_says_which_of_them_it_is(joining):
    sent = {"asked": "commune de saint-sauveur", "department_code": "38"}
    assert joining(organisation="Commune de Saint-Sauveur", **sent).status_code == 302

    assert str(Organisation.objects.get().territories.get()) == "Saint-Sauveur (38)"


def test_what_is_called_like_a_commune_is_not_taken_for_it_unasked(joining):
    answer = joining(organisation="Lavaldens", college=factories.PROJECTS)

    assert answer.status_code == 422 and not Organisation.objects.exists()
    assert 'value="lavaldens-38" checked' in " ".join(answer.text.split())


def test_a_name_with_its_department_needs_no_choice(joining):
    sent = {"organisation": "SCIC du Val", "asked": "scic du val"}
    assert joining(**sent, territory_words="Saint-Sauveur (38)").status_code == 302

    assert str(Organisation.objects.get().territories.get()) == "Saint-Sauveur (38)"


def test_the_commune_is_meant_where_its_organisation_acts_on_its_grouping_too(
    communes, claire, town
):
    seat = claire.seats.get()
    assert meant_territory(seat.pk) is None and meant_territory(None) is None
    matheysine = Territory.objects.get(name="CC de la Matheysine")
    town.territories.add(matheysine)
    assert meant_territory(seat.pk) == matheysine
    town.territories.add(Territory.objects.get(name="La Mure"))
    assert meant_territory(seat.pk) is None
    Organisation.objects.filter(pk=town.pk).update(folded_name="commune de la mure")
    assert meant_territory(seat.pk).name == "La Mure"


def test_own_territories_lead_to_those_of_the_organisation_one_writes_for(
    claire, town, rita, browser_of
):
    page = browser_of(claire).get(reverse("own-territories"))
    assert page.url == reverse("organisation-territories", args=[town.slug])

    assert browser_of(rita).get(reverse("own-territories")).url == reverse("charter")


def test_a_search_reads_the_communes_that_begin_so_and_no_others(communes):
    territories.create_communes(
        {"insee": f"02{n:03}", "name": f"Autreville-{n}", "epci": "", "population": "9"}
        for n in range(900)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_territory")
    begun = Territory.objects.filter(search_prefix="lav").explain().lower()
    assert "territory_by_prefix" in begun
    ended = Territory.objects.filter(last_prefix="lav").explain().lower()
    assert "territory_by_last_prefix" in ended


@pytest.mark.deep
def test_every_commune_is_loaded_and_found_by_its_own_name_and_department(france):
    assert load_communes() == {"communes": len(files.communes())}
    assert load_communes() == {}
    communes = list(Territory.objects.exclude(insee_code=None))

    missed = [
        str(it)
        for it in communes
        if it.pk not in {place.pk for place in search_territories(str(it), most=12)}
    ]

    assert len(communes) == 34_969 and missed == []
    of_grouping = Territory.objects.exclude(grouping=None).count()
    assert of_grouping == sum(bool(row["epci"]) for row in files.communes())
