"""The version of the map is another one whenever organisations act elsewhere."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.charter.actions import withdraw_signature
from accounts.models import College, MapVersion, Organisation, Signature, Territory
from forum.members.directory.acting_territories import find_territories
from forum.members.directory.filters import DirectoryFilters
from tests import factories
from tests.factories import AUTHORITIES, PROJECTS

pytestmark = pytest.mark.django_db
ALL = DirectoryFilters()


@pytest.fixture
def rohan(claire):
    one = Territory.objects.create(
        slug="rohan", name="Rohan", type="pays", department_codes="22"
    )
    claire.seats.get().organisation.territories.add(one)
    return one


@pytest.fixture
def seen(rohan, viewer_of, claire):
    """What is found: ``{name: organisations}``, how many lie in each department and country."""

    def find(filters=ALL):
        found = find_territories(viewer_of(claire), filters)
        named = {
            Territory.objects.get(pk=pk).name: location.organisation_count
            for pk, location in found.in_place(ALL).items()
        }
        return named, {**found.by_department, **found.by_country}

    assert find() == ({"Rohan": 1}, {"22": 1})
    return find


def version():
    return MapVersion.objects.get().token


def test_who_signs_withdraws_and_is_admitted_appears_and_goes(
    seen, rohan, claire, jeanne, make_person
):
    jeanne.seats.get().organisation.territories.add(rohan)
    assert seen()[0] == {"Rohan": 2}

    withdraw_signature(Signature.objects.get(person=jeanne), jeanne)
    assert seen()[0] == {"Rohan": 1}
    factories.sign_charter(jeanne, jeanne.seats.get().organisation)
    assert seen()[0] == {"Rohan": 2}

    here = Organisation.objects.filter(pk=claire.seats.get().organisation_id)
    here.update(admitted_at=None)
    assert seen()[0] == {"Rohan": 1}
    here.update(admitted_at=timezone.now())
    assert seen()[0] == {"Rohan": 2}


def test_territories_are_chosen_left_exchanged_renamed_and_moved(seen, rohan, claire):
    organisation = claire.seats.get().organisation
    dinan = Territory.objects.create(slug="dinan", name="Dinan", type="pays", country="BE")
    organisation.territories.add(dinan)
    assert list(seen()[0].items()) == [("Dinan", 1), ("Rohan", 1)]

    rohan.name, rohan.department_codes = "Arhan", "22|56"
    rohan.save()
    assert list(seen()[0]) == ["Arhan", "Dinan"]
    assert seen()[1] == {"22": 1, "56": 1, "BE": 1}
    Territory.objects.filter(pk=dinan.pk).update(country="CH")
    assert seen()[1] == {"22": 1, "56": 1, "CH": 1}
    Territory.objects.filter(pk=dinan.pk).update(country="FR", department_codes="35")
    assert seen()[1] == {"22": 1, "35": 1, "56": 1}

    acting = Organisation.territories.through.objects
    acting.filter(territory=dinan).delete()
    assert list(seen()[0]) == ["Arhan"]
    acting.update(territory=dinan)
    assert list(seen()[0]) == ["Dinan"]
    organisation.territories.clear()
    assert seen() == ({}, {})


def test_a_college_finds_its_organisations_today(seen, claire):
    of_authorities = DirectoryFilters(college=AUTHORITIES)
    organisation = claire.seats.get().organisation
    organisation.college = College.objects.get(slug=PROJECTS)
    organisation.save()
    assert seen(of_authorities)[0] == {}

    organisation.college = College.objects.get(slug=AUTHORITIES)
    organisation.save()
    assert seen(of_authorities)[0] == {"Rohan": 1}


def test_a_charter_that_binds_leaves_only_those_who_signed_it(seen, claire):
    factories.create_charter(2)

    assert seen()[0] == {}


def test_what_is_undone_is_not_found_again(seen, claire, rohan):
    before = version()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        claire.seats.get().organisation.territories.clear()
        assert seen()[0] == {}
        _ = 1 / 0
    assert version() == before and seen()[0] == {"Rohan": 1}

    withdraw_signature(Signature.objects.get(person=claire), claire)
    assert version() != before and seen()[0] == {}


def test_what_the_map_does_not_show_leaves_it_as_it_is(seen, claire, rohan, make_person):
    before, organisation = version(), claire.seats.get().organisation
    organisation.name = "Un autre nom"
    organisation.save()
    rohan.population = 1200
    rohan.save()
    colleague = make_person("Paul")
    factories.sign_charter(colleague, organisation)

    assert version() == before
