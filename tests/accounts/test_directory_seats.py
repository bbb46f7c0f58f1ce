"""What the directory finds people by is kept in step, whichever way it changes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.charter.actions import withdraw_signature
from accounts.charter.register import signatories_page
from accounts.models import (
    College,
    DirectorySeat,
    Organisation,
    Profile,
    Seat,
    Signature,
    User,
)
from accounts.profiles.actions import save_profile
from tests import factories
from tests.accounts.directory_invariants import check_directory_seats, check_signatories
from tests.factories import AUTHORITIES, PROJECTS

pytestmark = pytest.mark.django_db


def found():
    check_directory_seats()
    check_signatories()
    return set(DirectorySeat.objects.listed().values_list("person__full_name", flat=True))


@pytest.fixture
def seat(claire, jeanne):
    """The seat of ``claire``, whom the directory finds, as it does ``jeanne``."""
    assert found() == {claire.full_name, jeanne.full_name}
    return claire.seats.get()


@pytest.mark.parametrize("change", [
    {"ended_at": timezone.now() - timedelta(days=1)},
    {"refused_at": timezone.now()},
    {"started_at": timezone.now() + timedelta(days=1)},
])  # fmt: skip
def test_a_seat_that_is_not_current_finds_nobody(change, seat, jeanne):
    was = {name: getattr(seat, name) for name in change}
    Seat.objects.filter(pk=seat.pk).update(**change)
    assert found() == {jeanne.full_name}

    Seat.objects.filter(pk=seat.pk).update(**was)
    assert len(found()) == 2


def test_a_seat_that_is_not_confirmed_finds_nobody(seat, jeanne):
    Seat.objects.filter(pk=seat.pk).update(confirmed_at=None)

    assert found() == {jeanne.full_name}
    assert not DirectorySeat.objects.representing().filter(seat=seat).exists()


def test_the_newest_signature_that_stands_counts(seat, claire, jeanne):
    newer = factories.sign_charter(claire, seat.organisation, factories.create_charter(2))
    assert found() == {claire.full_name}  # Version 2 binds, and jeanne has not signed it.

    Signature.objects.filter(pk=newer.pk).update(person=jeanne)
    assert found() == set()
    Signature.objects.filter(pk=newer.pk).update(person=claire)
    assert found() == {claire.full_name}
    Signature.objects.filter(pk=newer.pk).update(withdrawn_at=timezone.now())
    assert found() == set()
    Signature.objects.filter(pk=newer.pk).update(withdrawn_at=None, person=jeanne)
    assert found() == set()
    Signature.objects.filter(pk=newer.pk).update(person=claire)
    assert found() == {claire.full_name}


def test_signatures_that_are_withdrawn_or_erased_find_nobody(seat, claire, jeanne):
    withdraw_signature(Signature.objects.get(person=claire), claire)
    assert found() == {jeanne.full_name}

    Signature.objects.filter(person=jeanne)._raw_delete("default")
    assert found() == set()


def test_an_organisation_that_is_not_admitted_any_more_finds_nobody(seat, jeanne):
    organisations = Organisation.objects.filter(pk=seat.organisation_id)
    organisations.update(admitted_at=None)
    assert found() == {jeanne.full_name}

    organisations.update(admitted_at=timezone.now())
    assert len(found()) == 2


def test_people_are_found_by_the_name_they_bear_while_their_account_is_active(
    seat, claire, jeanne
):
    claire.full_name = "Zoé Nouveau"
    claire.save()
    assert found() == {"Zoé Nouveau", jeanne.full_name}

    for fields in {"suspended_at": timezone.now()}, {"is_active": False}:
        User.objects.filter(pk=claire.pk).update(**fields)
        assert found() == {jeanne.full_name}
        User.objects.filter(pk=claire.pk).update(suspended_at=None, is_active=True)
        assert len(found()) == 2


def test_who_does_not_want_to_be_listed_is_not(seat, claire, jeanne):
    save_profile(claire, is_listed=False)
    assert found() == {jeanne.full_name}

    save_profile(claire, is_listed=True)
    assert len(found()) == 2
    save_profile(claire, is_listed=False)
    another = jeanne.seats.get().organisation
    Seat.objects.create(person=claire, organisation=another, confirmed_at=timezone.now())
    factories.sign_charter(claire, another)
    assert found() == {jeanne.full_name}
    Profile.objects.all().delete()
    assert len(found()) == 2


def test_a_seat_that_passes_to_someone_else_or_goes_takes_its_row_along(
    seat, jeanne, make_person
):
    other = make_person("Paul", PROJECTS)
    Seat.objects.filter(pk=seat.pk).update(person=other)
    found()
    Seat.objects.filter(pk=seat.pk).update(organisation=jeanne.seats.get().organisation)
    found()

    Seat.objects.filter(pk=seat.pk).delete()
    assert found() == {jeanne.full_name, other.full_name}


def test_an_organisation_that_changes_college_and_name_is_found_there(seat):
    organisation = seat.organisation
    organisation.name = "Zénith énergies"
    for order, slug in enumerate((PROJECTS, AUTHORITIES)):
        College.objects.filter(slug=slug).update(order=order)
        organisation.college = College.objects.get(slug=slug)
        organisation.save()
        found()


def test_the_register_follows_the_order_of_the_colleges(seat, lucie):
    for order in range(3):
        College.objects.filter(pk=seat.organisation.college_id).update(order=order)
        found()
    before = [one.pk for one in signatories_page(1).rows]
    College.objects.filter(pk=seat.organisation.college_id).update(order=9)

    found()
    assert before != [one.pk for one in signatories_page(1).rows]
