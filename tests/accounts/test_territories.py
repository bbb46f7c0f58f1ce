"""Territories: found by what one types, added once, chosen by who speaks for a member."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.urls import reverse
from django.utils import translation

from accounts.models import Department, Organisation, Territory
from accounts.territories import countries
from accounts.territories.actions import (
    MAX_TERRITORIES,
    add_territory,
    choose_territories,
    remove_territory,
)
from accounts.territories.forms import TerritoryForm
from accounts.territories.lookup import NewTerritory
from accounts.territories.models import in_department
from accounts.territories.search import search_territories
from accounts.territories.search_keys import build_key, search_words
from forum.reference_data import territories
from tests import factories

ODD = ["\0", "\x07abc", "%", "_", "\\", "é" * 5000, "x " * 3000, "' OR 1=1 --", "²½", "|", "​"]


@pytest.fixture
def france(db):
    """The departments and the official list of groupings."""
    territories.create_departments()
    territories.create_groupings()


@pytest.fixture
def town(claire):
    """The organisation that Claire sits in."""
    return claire.seats.get().organisation


def names(typed):
    return [one.name for one in search_territories(typed)]


def territory(name="Pays de Rohan", code="56", **fields):
    fields = {"slug": name.lower().replace(" ", "-"), "kind": "pays"} | fields
    return Territory.objects.create(name=name, department_codes=code, **fields)


# Finding one


def test_a_territory_is_found_by_the_beginnings_of_its_words(france):
    for typed in (
        "thouarsais", "THOUARSAIS", "cc du thouarsais", "CC de Thouarsais", "thou",
        "79 thouars", "communauté de communes du Thouarsais", "deux sèvres thouarsais",
        "  thouarsais  ",
    ):  # fmt: skip
        assert "CC du Thouarsais" in names(typed), typed


def test_accents_apostrophes_and_the_spelling_of_saint_do_not_matter(france):
    for typed, name in [
        ("val d'ille", "CC Val d’Ille-Aubigné"),
        ("val d’ille", "CC Val d’Ille-Aubigné"),
        ("val d ille", "CC Val d’Ille-Aubigné"),
        ("dille", "CC Val d’Ille-Aubigné"),
        ("ille", "CC Val d’Ille-Aubigné"),
        ("saint brieuc", "CA Saint-Brieuc Armor Agglomération"),
        ("St-Brieuc", "CA Saint-Brieuc Armor Agglomération"),
        ("ste brieuc", "CA Saint-Brieuc Armor Agglomération"),
        ("saint etienne met", "Saint-Étienne Métropole"),
        ("ernee", "CC de l’Ernée"),
        ("lernee", "CC de l’Ernée"),
        ("L'ERNÉE", "CC de l’Ernée"),
        ("cœur haute lande", "CC Coeur Haute Lande"),
    ]:
        assert name in names(typed), typed


def test_a_name_that_begins_so_comes_first_then_the_populous(france):
    assert names("pays de me")[0] == "CA du Pays de Meaux"
    assert names("cc du sud")[0] == "CC du Sud"
    assert names("lyon")[0] == "Métropole de Lyon"
    assert names("mauges")[0] == "CA Mauges Communauté"
    found = [one.population for one in search_territories("cc du pays")]
    assert found == sorted(found, reverse=True)


def test_what_bears_a_name_comes_before_what_lies_in_such_a_department(france):
    assert names("d'ille")[0] == "CC Val d’Ille-Aubigné"
    assert "Rennes Métropole" in names("d'ille")


def test_what_is_no_word_finds_nothing_and_breaks_nothing(france):
    for typed in ["", "   ", "'", "!?", "’ -", "\0", "%", "_", "|"]:
        assert names(typed) == [], typed
    for typed in ODD:
        assert len(names(typed)) <= 12, typed


def test_every_official_territory_is_found_by_its_own_name(france):
    missed = [
        one.name
        for one in Territory.objects.all()
        if one.pk not in {found.pk for found in search_territories(one.name, most=4)}
    ]

    assert missed == []


@pytest.mark.parametrize("instead", ["", " "])
def test_every_official_territory_is_found_without_its_apostrophes(france, instead):
    spelled = Territory.objects.filter(name__contains="’")
    missed = [
        one.name
        for one in spelled
        if one.pk
        not in {found.pk for found in search_territories(one.name.replace("’", instead), 4)}
    ]

    assert len(spelled) > 100 and missed == []


def test_what_an_apostrophe_parts_is_found_by_its_beginning_joined_or_split(france):
    for typed, name in [
        ("presquile crozon", "CC Presqu’île de Crozon-Aulne maritime"),
        ("presqu'ile crozon", "CC Presqu’île de Crozon-Aulne maritime"),
        ("presqu ile crozon", "CC Presqu’île de Crozon-Aulne maritime"),
        ("entrallier", "CC Entr’Allier Besbre et Loire"),
        ("mondarv", "CC Mond’Arverne Communauté"),
        ("fiumorbu", "CC de Fium’Orbu Castellu"),
        ("l'oise", "CC du Val de l’Oise"),
        ("loise", "CC du Val de l’Oise"),
        ("oise", "CC du Val de l’Oise"),
    ]:
        assert name in {one.name for one in search_territories(typed, 40)}, typed


def test_joining_words_are_not_asked_for_once_another_word_is():
    assert search_words("cc de la haute") == ["cc", "haute"]
    assert search_words("pays de la") == ["pays", "la"]
    assert " saint" in build_key(["Ste-Anne"]) and " st" in build_key(["Saint-Anne"])


# The search that pages ask


def test_the_search_answers_options_of_a_list_to_anyone_in_little(client, france):
    for typed in ("e", "cc", "communaute de communes du pays", "saint"):
        answer = client.get(reverse("territory-search"), {"q": typed})
        assert answer.status_code == 200
        assert 0 < answer.text.count('role="option"') <= 12
        assert len(answer.content) <= 10_000


def test_an_odd_search_is_answered(client, france):
    for typed in ODD:
        assert client.get(reverse("territory-search"), {"q": typed}).status_code == 200


def test_names_are_escaped(client, db):
    territory("Pays <b>gras</b>")

    answer = client.get(reverse("territory-search"), {"q": "pays"})

    assert "&lt;b&gt;gras" in answer.text


# Where an organisation acts


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
    sent = {"name": "Pays  de Rohan", "kind": "pays", "department_code": "56", "country": "FR"}

    for name in (sent["name"], "PAYS DE ROHAN"):
        assert page.post(address, sent | {"name": name}).status_code == 302

    one = Territory.objects.get()
    assert (one.name, one.kind, one.department) == ("Pays de Rohan", "pays", "56")
    assert list(town.territories.all()) == [one]
    assert names("rohan") == ["Pays de Rohan"]


def test_abroad_there_is_no_department_and_the_country_is_said(claire, town, browser_of):
    sent = {"name": "Güssing", "kind": "commune", "department_code": "999", "country": "AT"}
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
        ("kind", ""), ("kind", "forgé"), ("kind", "metropole"),
        ("department_code", ""), ("department_code", "20"), ("department_code", "\0"),
        ("department_code", "9999"), ("country", "ZZ"), ("country", "\0"),
    ],
)  # fmt: skip
def test_a_territory_that_will_not_do_says_why_and_keeps_the_rest(
    field, value, claire, town, browser_of
):
    sent = {"name": "Rohan", "kind": "pays", "department_code": "56", "country": "FR"}

    answer = browser_of(claire).post(
        reverse("add-territory", args=[town.slug]), sent | {field: value}
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "choix valide" not in answer.text
    assert not Territory.objects.exists()
    assert field == "name" or 'value="Rohan"' in answer.text


def test_a_department_is_one_of_the_list(france):
    def is_valid(code):
        fields = {"name": "Rohan", "kind": "pays", "department_code": code, "country": "FR"}
        return TerritoryForm(fields).is_valid()

    assert is_valid("01") and is_valid("2A") and is_valid("976") and is_valid("988")
    assert not is_valid("20") and not is_valid("96") and not is_valid("979")


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
    add_territory(town, lucie, NewTerritory(full[0].name, full[0].kind, country="FR"))

    assert town.territories.count() == MAX_TERRITORIES


def test_one_too_many_is_said_in_the_form_and_what_was_sent_is_there(
    claire, town, full, france, browser_of
):
    page, rohan = browser_of(claire), territory()
    chosen = {"territory": [rohan.slug], "territory_words": "roh"}
    ticked = page.post(reverse("choose-territories", args=[town.slug]), chosen)
    new = {"name": "Pays de Retz", "kind": "pays", "department_code": "44", "country": "FR"}
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


def test_what_is_on_the_official_list_is_not_added_again(lucie, town, france):
    before = Territory.objects.count()

    one = add_territory(town, lucie, NewTerritory("cc du thouarsais", "autre", "79"))

    assert one.siren and Territory.objects.count() == before


# In the form that signs the charter

THOUARS = {
    "territory": "cc-du-thouarsais", "territory_words": "thouar", "territory_asked": "thouar"
}  # fmt: skip


@pytest.fixture
def asking(make_person, browser_of, charter, france):
    """Rita, who signs for an organisation not yet known; returns how she sends the form."""
    rita = make_person("Rita Nouvelle")
    page = browser_of(rita)

    def send(**changed):
        fields = {
            "version": charter.name, "college": factories.PROJECTS, "organisation": "SCIC Thouet",
            "asked": "scic thouet", "position": "Présidente",
            "authority": "office", "authority_detail": "", "typed_name": "Rita Nouvelle",
        } | changed  # fmt: skip
        return page.post(reverse("sign-charter"), fields)

    return send


def founded():
    return Organisation.objects.get(name="SCIC Thouet")


def test_what_one_types_comes_back_as_a_choice_and_nothing_is_lost(asking):
    answer = asking(territory_words="thouar")

    assert answer.status_code == 422
    assert 'value="Présidente"' in answer.text and 'value="thouar"' in answer.text
    assert 'name="territory" value="cc-du-thouarsais"' in answer.text
    assert not Organisation.objects.filter(name="SCIC Thouet").exists()


def test_the_department_follows_from_the_territory(asking):
    assert asking(**THOUARS).status_code == 302

    assert founded().department_code == "79"
    assert [one.name for one in founded().territories.all()] == ["CC du Thouarsais"]


def test_what_was_picked_is_kept_whatever_else_is_wrong(asking):
    answer = asking(**THOUARS, asked="")

    assert answer.status_code == 422
    assert re.search('value="cc-du-thouarsais" checked', answer.text)


def test_where_it_is_survives_a_session_that_ended(client, make_person, charter, france):
    sent = {"organisation": "SCIC Thouet", "country": "FR"}
    client.post(reverse("sign-charter"), sent | THOUARS)
    client.force_login(make_person("Rita Nouvelle"))

    page = client.get(reverse("sign-charter"))

    for name, value in THOUARS.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text


def test_a_choice_does_not_hold_for_a_name_typed_after_it(asking):
    assert asking(**THOUARS | {"territory_words": "CA Mauges Communauté"}).status_code == 302
    assert founded().territories.get().name == "CA Mauges Communauté"


def test_a_choice_that_does_not_hold_is_not_offered_again(asking):
    answer = asking(**THOUARS | {"territory_words": "mauges"}, typed_name="")

    assert answer.status_code == 422
    assert 'name="territory" value="cc-du-thouarsais"' not in answer.text


@pytest.mark.parametrize("words", ["", "CC du Thouarsais", "CC du Thouarsais (79)"])
def test_a_choice_holds_for_its_own_name(words, asking):
    picked = {"territory": "cc-du-thouarsais", "territory_words": words}
    assert asking(**picked).status_code == 302
    assert founded().territories.get().name == "CC du Thouarsais"


def test_a_whole_name_needs_no_choice(asking):
    assert asking(territory_words="cc du thouarsais").status_code == 302
    assert founded().territories.get().name == "CC du Thouarsais"


def test_none_of_those_asks_for_the_department(asking):
    none = {"territory": "-", "territory_words": "thouar", "territory_asked": "thouar"}
    answer = asking(**none)
    assert answer.status_code == 422
    assert "department_code" in answer.context["form"].errors

    assert asking(**none, department_code="79").status_code == 302
    assert not founded().territories.exists()


def test_words_that_no_territory_has_do_not_stand_in_the_way_of_a_department(asking):
    answer = asking(territory_words="dampierre", department_code="86")

    assert answer.status_code == 302
    assert founded().department_code == "86" and not founded().territories.exists()
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "dampierre" in said and "n’est pas sur la liste des territoires" in said


@pytest.mark.parametrize(
    "name",
    ["CC du Thouarsais", "cc thouarsais", "Communauté de communes du Thouarsais"],
)
def test_an_official_grouping_signs_at_once_and_acts_on_its_own_territory(asking, name):
    assert asking(organisation=name, asked="", college=factories.AUTHORITIES).status_code == 302

    one = Organisation.objects.get(name=name)
    assert one.department_code == "79"
    assert [it.name for it in one.territories.all()] == ["CC du Thouarsais"]


def test_an_official_name_that_resembles_ours_is_asked_about_and_its_territory_proposed(
    asking, colleges
):
    Organisation.objects.create(
        slug="x", name="SEM Thouarsais", college=colleges[factories.PROJECTS]
    )
    sent = {"organisation": "CC du Thouarsais", "asked": ""}
    answer = asking(**sent)

    assert answer.status_code == 422
    assert 'value="cc-du-thouarsais" checked' in answer.text
    again = {"asked": "cc du thouarsais", "same": "-"}
    assert asking(**sent | again).status_code == 302
    assert Organisation.objects.get(name="CC du Thouarsais").territories.exists()


def test_a_territory_that_its_name_suggests_is_not_forced_on_an_organisation(asking):
    sent = {"organisation": "CC du Thouarsais", "territory": "-", "department_code": "79"}
    assert asking(**sent, asked="cc du thouarsais").status_code == 302

    one = Organisation.objects.get(name="CC du Thouarsais")
    assert one.department_code == "79" and not one.territories.exists()


def test_of_two_official_groupings_of_one_name_the_one_meant_is_chosen(asking):
    double = Territory.objects.get(slug="cc-du-thouarsais")
    territory(double.name, "86", slug="autre", kind=double.kind, siren="999999999")
    sent = {"organisation": double.name}
    answer = asking(**sent, asked="")

    assert answer.status_code == 422
    assert 'value="cc-du-thouarsais"' in answer.text and 'value="autre"' in answer.text
    assert not re.search(r'name="territory"[^>]*checked', answer.text)
    assert asking(**sent, asked="cc du thouarsais", territory="autre").status_code == 302
    assert Organisation.objects.get(name=double.name).department_code == "86"


def test_none_of_those_does_not_hold_for_other_words(asking):
    answer = asking(
        territory="-", territory_asked="thouar", territory_words="mauges", department_code="49"
    )

    assert answer.status_code == 422
    assert "territory_words" in answer.context["form"].errors


def test_an_organisation_abroad_needs_no_department(asking):
    assert asking(country="DE").status_code == 302

    assert (founded().country, founded().department_code) == ("DE", "")


def test_a_country_that_was_not_asked_yet_comes_back_as_france(asking):
    answer = asking(asked="")

    first = re.search(r'<select name="country".*?<option value="(..)"', answer.text, re.DOTALL)
    assert first[1] == "FR" and " selected" not in first[0]
    assert asking(country="FR", department_code="79").status_code == 302
    assert founded().country == "FR"


def test_what_is_not_clear_founds_nothing(asking):
    for sent in (
        {}, {"country": "ZZ"}, {"department_code": "20"}, {"territory": "forgé"},
        {"territory": "x" * 500}, {"territory_words": "wxyz"}, {"territory": "\0"},
        {"territory_words": "é" * 3000}, {"territory_words": "\0"},
    ):  # fmt: skip
        assert asking(**sent).status_code == 422, sent
    assert not Organisation.objects.filter(name="SCIC Thouet").exists()


# Countries and departments


def test_countries_are_named_in_the_language_of_the_page_in_its_order():
    with translation.override("fr"):
        french = countries.names()
    with translation.override("en"):
        english = countries.names()

    assert french["DE"] == "Allemagne" and english["DE"] == "Germany"
    assert "RE" not in french and "EU" not in french and "FR" in french
    assert french.keys() == english.keys() and len(french) > 200
    assert list(french) != list(english)
    assert countries.choices()[0] == ("FR", "France")


def test_a_department_is_not_another_whose_code_it_is_part_of(france):
    guadeloupe = Territory.objects.filter(department_codes="971")
    assert guadeloupe.exists()
    assert not guadeloupe.filter(in_department("71")).exists()
    paris = Territory.objects.get(name="Métropole du Grand Paris")
    for code in paris.department_codes.split("|"):
        assert Territory.objects.filter(in_department(code), pk=paris.pk).exists()
    assert Department.objects.count() == 109
