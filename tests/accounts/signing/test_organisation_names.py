"""The name of the organisation that one signs for: whole, and found where it is known."""

import pytest
from django.urls import reverse

from accounts.models import Organisation, Signature
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
