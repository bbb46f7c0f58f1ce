"""The name of the organisation that one signs for: whole, and found where it is known."""

import pytest
from django.urls import reverse

from accounts.models import Organisation, Signature
from tests import factories
from tests.accounts.signing.forms import prepared, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["Commune", "la Mairie", "Communauté de communes"])
def test_a_name_that_says_only_what_it_is_is_refused_with_an_example(page, rita, town, name):
    said = {"organisation": name, "department_code": "38", "asked": name.lower(), "same": "-"}
    for answer in (sent(page, rita, town, **said), prepared(page, **said)):
        assert answer.status_code == 422
        error = answer.context["form"].errors["organisation"][0]
        assert "Écrivez le nom entier" in error and "Commune de Lavaldens" in error
    assert not Organisation.objects.filter(name=name).exists()
    assert not Signature.objects.filter(person=rita).exists()


def test_that_it_is_not_a_whole_name_is_said_as_soon_as_it_is_typed(page):
    address = reverse("unknown-organisation")
    assert "Écrivez le nom entier" in page.get(address, {"q": "Commune"}).text
    assert "Écrivez le nom entier" not in page.get(address, {"q": "Commune de Die"}).text
    page.cookies["django_language"] = "en"
    assert "Write the whole name" in page.get(address, {"q": "Commune"}).text


WORDS = "a déjà signé la charte"


def test_who_names_an_organisation_that_has_signed_is_shown_how_to_countersign_at_once(
    page, rita, town
):
    """Without a script: the form comes back once, and signs apart when sent again."""
    answer = sent(page, rita, town, authority="office", position="Agent", apart="")
    link = f'href="{reverse("countersign", args=[town.slug])}"'
    assert answer.status_code == 422 and WORDS in answer.text and link in answer.text
    assert "contresignez" in answer.context["form"].errors["organisation"][0]
    assert 'value="Agent"' in answer.text
    assert not rita.signatures.exists() and not rita.seats.exists()
    assert f'name="apart" value="{town.slug}"' in answer.text
    assert sent(page, rita, town, authority="office").status_code == 302
    assert sent(page, rita, town, authority="office", apart="").status_code == 302  # Twice.


def test_it_is_said_as_soon_as_the_name_is_typed(page, town):
    address = reverse("unknown-organisation")
    link = f'href="{reverse("countersign", args=[town.slug])}"'
    for name in (town.name, town.name.upper()):
        part = page.get(address, {"q": name}).text
        assert WORDS in part and link in part
    page.cookies["django_language"] = "en"
    assert "has signed the charter already" in page.get(address, {"q": town.name}).text


def test_a_prepared_signature_that_is_refused_for_it_gives_the_link_too(page, town):
    answer = prepared(page, organisation=town.name)
    assert answer.status_code == 403
    assert WORDS in answer.text
    assert f'href="{reverse("countersign", args=[town.slug])}"' in answer.text


def test_who_has_a_seat_in_it_is_not_asked(claire, town, browser_of):
    part = browser_of(claire).get(reverse("unknown-organisation"), {"q": town.name}).text
    assert WORDS not in part


def test_an_organisation_that_one_may_not_know_is_not_told_of(page, town):
    Organisation.objects.update(admitted_at=None)
    part = page.get(reverse("unknown-organisation"), {"q": town.name}).text
    assert town.slug not in part


def test_its_page_leads_a_guest_to_countersigning_too(charter, town, browser_of):
    text = browser_of(None).get(town.get_absolute_url()).text
    assert f'href="{reverse("countersign", args=[town.slug])}"' in text


@pytest.mark.parametrize(
    ("language", "asked", "unknown"),
    [
        ("fr", "Est-ce l’une de ces organisations", "n’est pas encore connue"),
        ("en", "Is it one of these organisations?", "is not known yet"),
    ],
)
def test_what_resembles_a_known_name_is_a_question_and_not_called_unknown(
    page, colleges, departments, language, asked, unknown
):
    Organisation.objects.create(
        slug="reseau", name="Réseau régional Énergies citoyennes",
        college=colleges[factories.SUPPORT],
    )  # fmt: skip
    page.cookies["django_language"] = language
    address = reverse("unknown-organisation")
    part = page.get(address, {"q": "Énergies citoyennes"}).text
    assert 'name="same" value="reseau"' in part and asked in part and unknown not in part
    part = page.get(address, {"q": "SCIC Thouet"}).text
    assert unknown in part and asked not in part
