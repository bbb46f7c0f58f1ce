"""Signing after others of one’s organisation, in one step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories
from tests.accounts.signing.forms import a_pdf, countersigned, sent

pytestmark = pytest.mark.django_db


def test_a_further_person_countersigns_in_one_step(rita, town, claire, charter, browser_of):
    answer = countersigned(browser_of(rita), rita, town)
    assert answer.status_code == 302
    signature = rita.signatures.get()
    assert signature.countersigns == claire.signatures.get()
    assert signature.authority == "countersignature"
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY


def test_countersigning_asks_for_ones_own_name_and_loses_nothing(
    rita, town, charter, browser_of
):
    answer = countersigned(browser_of(rita), rita, town, typed_name="Autre", position="Élue")
    assert answer.status_code == 422
    assert "Écrivez votre nom" in answer.text and "Élue" in answer.text
    past = countersigned(browser_of(rita), rita, town, until="2020-01-01")
    assert list(past.context["form"].errors) == ["until"]


def test_where_nobody_has_signed_the_version_in_force_one_signs_for_all(
    rita, town, charter, browser_of
):
    factories.create_charter(2)
    answer = browser_of(rita).get(reverse("countersign", args=[town.slug]), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign-charter"))
    assert town.name in answer.context["form"]["organisation"].value()


def test_nobody_countersigns_a_version_that_they_have_not_seen(
    rita, town, claire, charter, browser_of
):
    page, address = browser_of(rita), reverse("countersign", args=[town.slug])
    assert 'name="version" value="1.0"' in page.get(address).text
    factories.sign_charter(claire, town, factories.create_charter(2))
    for version in ("1.0", "", "\0"):
        answer = countersigned(page, rita, town, version=version, position="Gardé là")
        assert answer.status_code == 422 and "Gardé là" in answer.text
        assert 'name="version" value="2.0"' in answer.text
        assert ("Ce qui change avec la version 2.0" in answer.text) == (version == "1.0")
    assert not rita.signatures.exists()
    assert countersigned(page, rita, town, version="2.0").status_code == 302


def test_what_was_typed_to_countersign_is_kept_where_one_has_to_sign_for_all(
    rita, town, charter, browser_of
):
    factories.create_charter(2)
    page = browser_of(rita)
    answer = countersigned(page, rita, town, position="Gardé là")
    form = page.get(answer.url).context["form"]
    assert (form["position"].value(), form["organisation"].value()) == ("Gardé là", town.name)


def test_the_form_sent_twice_is_one_signature_and_leads_to_one_page(
    rita, town, charter, browser_of
):
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    for send in (sent, countersigned):
        rita.signatures.update(withdrawn_at=timezone.now())
        answers = [send(browser_of(rita), rita, town, until=until) for _time in range(2)]
        assert {(it.status_code, it.url) for it in answers} == {(302, reverse("joining-steps"))}
        assert rita.signatures.filter(withdrawn_at=None).count() == 1


def test_who_has_signed_is_told_so_beside_the_organisation_and_loses_nothing(
    rita, town, charter, browser_of
):
    sent(browser_of(rita), rita, town)
    upload = SimpleUploadedFile("acte.pdf", a_pdf(), "application/pdf")
    answer = sent(browser_of(rita), rita, town, document=upload, authority_detail="n° 7 bis")
    assert answer.status_code == 403 and "n° 7 bis" in answer.text
    assert "déjà signé" in answer.context["form"].errors["organisation"][0]
    assert rita.signatures.get().document_sha256 == ""
    answer = countersigned(browser_of(rita), rita, town, position="Autre")
    assert answer.status_code == 403 and "déjà signé" in answer.text


@pytest.mark.django_db(transaction=True)
def test_two_who_countersign_at_the_same_second_are_two_signatures_and_one_contact(
    make_person, town, claire, charter, settings, browser_of
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    settings.FORUM_ADMISSION = "open"
    claire.seats.update(is_contact=False, confirmed_at=None)  # Nobody sits there yet.
    people = [make_person(f"Élu {n}") for n in range(4)]
    clients = [browser_of(person) for person in people]

    def sign(n):
        try:
            return countersigned(clients[n], people[n], town).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(sign, range(4))) == [302] * 4
    assert town.signatures.count() == 5
    assert town.seats.filter(is_contact=True).count() == 1
