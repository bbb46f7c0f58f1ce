"""Loading the reference data of a network where some of it is there already."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import CharterVersion, College, Organisation, Territory
from forum.site.reference_data.loading import load_reference_data
from tests.factories import create_charter

pytestmark = pytest.mark.django_db


def test_a_grouping_that_is_renamed_or_already_there_is_left_as_it_is():
    Territory.objects.create(slug="cc-du-thouarsais", name="Homonyme", type="autre")
    load_reference_data()
    thouars = Territory.objects.get(name="CC du Thouarsais")
    Territory.objects.filter(pk=thouars.pk).update(name="Thouarsais")
    organisation = Organisation.objects.create(
        slug="o", name="O", college=College.objects.first()
    )
    organisation.territories.add(thouars)
    Territory.objects.filter(name="Métropole de Lyon").delete()

    assert load_reference_data() == {"territories": 1}

    assert organisation.territories.get().name == "Thouarsais"
    assert thouars.slug == "cc-du-thouarsais-79"


def test_a_network_with_a_charter_of_its_own_keeps_it():
    create_charter(7)

    assert "charter" not in load_reference_data()
    assert CharterVersion.objects.get().number == 7


@pytest.mark.deep  # It loads all communes.
def test_the_command_says_what_it_did():
    said = StringIO()

    call_command("load_network", stdout=said)
    call_command("load_network", stdout=said)

    first, second = said.getvalue().splitlines()
    assert "3 colleges" in first and "1 charter" in first and "34969 communes" in first
    assert "all there" in second
