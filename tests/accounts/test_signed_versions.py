"""The newest version that each organisation signed is kept in step with its signatures."""

import pytest
from django.utils import timezone

from accounts.charter.actions import withdraw_signature
from accounts.models import Organisation, Signature, SignedVersion
from tests import factories
from tests.accounts.register_invariants import check_signed_versions
from tests.factories import AUTHORITIES

pytestmark = pytest.mark.django_db


def test_it_is_that_of_the_newest_signature_that_was_not_withdrawn(claire, jeanne):
    organisation = claire.seats.get().organisation
    older = Signature.objects.get(person=claire)
    newer = factories.sign_charter(claire, organisation, factories.create_charter(2))
    kept = SignedVersion.objects.get(organisation=organisation)
    assert kept.number == 2

    Signature.objects.filter(pk=newer.pk).update(withdrawn_at=timezone.now())
    kept.refresh_from_db()
    assert kept.number == 1
    withdraw_signature(older, claire)
    kept.refresh_from_db()
    assert kept.number is None
    check_signed_versions()


def test_an_organisation_stays_in_the_network_while_one_of_its_people_is_bound(
    claire, make_person
):
    organisation = claire.seats.get().organisation
    other = make_person("Paul", AUTHORITIES)
    factories.sign_charter(other, organisation)
    withdraw_signature(Signature.objects.get(person=claire), claire)

    assert organisation in Organisation.objects.in_network()
    check_signed_versions()


def test_signatures_that_are_erased_leave_nothing(claire):
    organisation = claire.seats.get().organisation
    Signature.objects.filter(organisation=organisation)._raw_delete("default")

    assert not SignedVersion.objects.filter(organisation=organisation).exists()
