"""Refusing a version of the charter is a choice that keeps the way back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    Organisation,
)
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories
from tests.accounts.signing.forms import sent

pytestmark = pytest.mark.django_db


def test_refusing_a_version_is_a_choice_that_keeps_the_way_back(
    claire, charter, town, browser_of
):
    version = factories.create_charter(2, binding_from=timezone.now() + timedelta(days=30))
    assert viewer_of_person(claire).sign_before == version.binding_from
    client = browser_of(claire)
    assert "Ce qui a changé" in client.get(reverse("charter")).text
    refused = client.post(reverse("refuse-charter"), {"version": "2.0"})
    assert refused.status_code == 302
    assert viewer_of_person(claire).sign_before is None
    assert viewer_of_person(claire).is_member  # Until the grace period ends.
    factories.CharterVersion.objects.filter(pk=version.pk).update(binding_from=timezone.now())
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED
    page = client.get(reverse("charter"))
    assert page.context["charter_status"].state == "refused"
    assert sent(client, claire, town, version="2.0").status_code == 302
    assert viewer_of_person(claire).level == AccessLevel.MEMBER


def test_nobody_is_asked_to_sign_again_who_has_nothing_to_sign(claire, charter, browser_of):
    assert viewer_of_person(claire).sign_before is None
    assert browser_of(claire).get(reverse("refuse-charter")).status_code == 302
    factories.create_charter(2, is_substantive=False)
    assert viewer_of_person(claire).sign_before is None
    assert Organisation.objects.count() == 1


def test_nobody_refuses_a_version_that_they_have_not_seen(claire, charter, browser_of):
    factories.create_charter(2)
    page, address = browser_of(claire), reverse("refuse-charter")
    assert 'name="version" value="2.0"' in page.get(address).text
    factories.create_charter(3)
    answer = page.post(address, {"version": "2.0"})
    assert answer.status_code == 409 and "c’est la version 3.0" in answer.text
    assert not claire.refusals.exists()
    assert page.post(address, {"version": "3.0"}).status_code == 302
    assert {one.version.name for one in claire.refusals.all()} == {"2.0", "3.0"}
