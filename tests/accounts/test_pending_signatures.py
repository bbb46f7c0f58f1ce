"""What the charter asks of people: one rule for their rights, the banner and the inbox."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.base.dates import date_format
from accounts.charter.actions import refuse_version
from accounts.charter.queries import pending_signatures
from accounts.models import CharterVersion
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db
BANNER = "Signez la nouvelle version"


def day(moment):
    return date_format(timezone.localtime(moment), "j F Y")


def coming(number, days, **fields):
    """A version that binds in so many days."""
    moment = timezone.now() + timedelta(days=days)
    return factories.create_charter(number, binding_from=moment, **fields)


def close(version):
    """Let the grace period of ``version`` end."""
    past = timezone.now() - timedelta(seconds=1)
    CharterVersion.objects.filter(pk=version.pk).update(binding_from=past)


@pytest.fixture
def both(claire, charter):
    """Claire's two seats, in two colleges, both signed for."""
    second = factories.create_seat(claire, factories.PROJECTS)
    return claire.seats.get(organisation__college__slug=factories.AUTHORITIES), second


def test_refusing_after_an_editorial_version_silences_what_it_was_about(
    claire, charter, browser_of
):
    coming(2, 30)
    factories.create_charter(3, is_substantive=False)
    client = browser_of(claire)
    assert BANNER in client.get("/").text and "Charte" in client.get(reverse("inbox")).text

    client.post(reverse("refuse-charter"), {"version": "3.0"})
    assert BANNER not in client.get("/").text
    assert "attend votre signature" not in client.get(reverse("inbox")).text


def test_who_signs_for_one_organisation_is_still_asked_for_the_other(both, claire, browser_of):
    first, second = both
    version = coming(2, 30)
    factories.sign_charter(claire, first.organisation, version)
    client = browser_of(claire)

    assert viewer_of_person(claire).sign_before == version.binding_from
    assert BANNER in client.get("/").text
    inbox = client.get(reverse("inbox")).text
    assert f"pour « {second.organisation.name} », avant le {day(version.binding_from)}" in inbox
    assert f"attend votre signature pour « {first.organisation.name} »" not in inbox
    page = client.get(reverse("charter"))
    assert page.context["form"]["organisation"].value() == second.organisation.name
    close(version)
    assert viewer_of_person(claire).college_ids == {first.organisation.college_id}
    page = client.get(reverse("charter"))
    assert f"<b>{second.organisation.name}</b> n’ouvre plus rien" in page.text
    assert page.context["form"] is not None
    factories.sign_charter(claire, second.organisation, version)
    assert len(viewer_of_person(claire).college_ids) == 2 and pending_signatures(claire) == []
    assert "n’ouvre plus" not in client.get(reverse("charter")).text


def test_of_two_versions_the_first_to_bind_sets_the_day_and_the_newest_is_signed(
    claire, charter, browser_of
):
    first, second = coming(2, 10), coming(3, 60)
    client = browser_of(claire)

    assert viewer_of_person(claire).sign_before == first.binding_from
    inbox = client.get(reverse("inbox")).text
    assert "La version 3.0" in inbox and f"avant le {day(first.binding_from)}" in inbox
    assert day(second.binding_from) not in inbox
    close(first)
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED
    assert "n’ouvre plus les espaces des membres" in client.get(reverse("inbox")).text
    factories.sign_charter(claire, claire.seats.get().organisation, second)
    assert viewer_of_person(claire).is_member and pending_signatures(claire) == []


def test_who_refused_one_is_asked_by_the_next_and_told_the_day_that_counts(
    claire, charter, browser_of
):
    first = coming(2, 10)
    refuse_version(claire, first)
    assert viewer_of_person(claire).sign_before is None
    coming(3, 60)

    assert viewer_of_person(claire).sign_before == first.binding_from
    inbox = browser_of(claire).get(reverse("inbox")).text
    assert "La version 3.0" in inbox and f"avant le {day(first.binding_from)}" in inbox


def test_nobody_is_asked_for_an_organisation_that_they_left(claire, charter, browser_of):
    claire.seats.update(ended_at=timezone.now() - timedelta(hours=1))
    version = coming(2, 30)
    client = browser_of(claire)

    assert "attend votre signature" not in client.get(reverse("inbox")).text
    close(version)
    assert "tout se rouvre" not in client.get(reverse("inbox")).text
    assert client.get(reverse("charter")).context["charter_status"].state == "unseated"


def test_who_has_signed_is_told_why_it_is_shut_and_not_to_sign(claire, make_person, browser_of):
    claire.seats.update(ended_at=timezone.now() - timedelta(hours=1))
    page = browser_of(claire).get("/").text
    assert "Voir pourquoi" in page and "Il reste une étape" not in page
    page = browser_of(make_person("Rita Inscrite")).get("/").text
    assert "Il reste une étape" in page and "Voir pourquoi" not in page


def test_one_takes_back_all_that_one_signed_for_an_organisation_and_is_told_so(
    both, claire, charter, browser_of
):
    first, second = both
    factories.sign_charter(claire, first.organisation, factories.create_charter(2))
    factories.sign_charter(claire, second.organisation, CharterVersion.objects.get(number=2))
    old = claire.signatures.get(organisation=first.organisation, version=charter)
    client, address = browser_of(claire), reverse("withdraw")

    page = client.get(f"{address}?signature={old.pk}")
    assert page.text.count('type="radio"') == 2 and page.text.count(" checked") == 1
    assert "sont retirées ensemble" in page.text
    client.post(address, {"signature": old.pk})
    standing = claire.signatures.filter(withdrawn_at=None)
    assert {one.organisation for one in standing} == {second.organisation}
    assert standing.count() == 2
