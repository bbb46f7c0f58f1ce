"""Where a new organisation is, said while signing for it."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from accounts.models import Department, Organisation, Territory
from accounts.territories import countries
from accounts.territories.models import in_department
from tests import factories
from tests.accounts.territory_helpers import territory

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
            "version": charter.name, "college": factories.PROJECTS,
            "organisation": "SCIC Thouet", "asked": "scic thouet", "position": "Présidente",
            "authority": "office", "authority_detail": "", "typed_name": "Rita Nouvelle",
        } | changed  # fmt: skip
        return page.post(reverse("sign-charter"), fields)

    send.page = page
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
    territory(double.name, "86", slug="autre", type=double.type, siren="999999999")
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


DEPARTMENT = '<label for="id_department_code">'


@pytest.mark.parametrize(("name", "count"), [("Lavaldens", 1), ("Saint-Sauveur", 2)])
def test_only_which_one_is_asked_where_the_name_is_that_of_a_territory(
    asking, communes, name, count
):
    part = asking.page.get(reverse("unknown-organisation"), {"q": name}).text
    named, folded = part.split("Elle agit ailleurs")
    assert named.count('name="territory" value="') == count + 1  # None of these.
    assert DEPARTMENT not in named and DEPARTMENT in folded


def test_the_department_is_asked_where_no_territory_has_its_name(communes, asking):
    part = asking.page.get(reverse("unknown-organisation"), {"q": "SCIC Thouet"}).text
    assert "Elle agit ailleurs" not in part and DEPARTMENT in part
    none = {"organisation": "Lavaldens", "asked": "lavaldens", "territory": "-"}
    assert "Elle agit ailleurs" not in asking(**none).text
