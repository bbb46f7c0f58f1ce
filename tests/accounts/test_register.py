"""The public register: who signed, since when, for all; its people for members."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.charter import register
from accounts.charter.actions import withdraw_signature
from accounts.charter.register import register_rows, signatories_page
from accounts.models import CharterVersion, Organisation
from accounts.organisations.actions import refuse_seat
from accounts.viewers.viewers import viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.deep
def test_the_register_names_organisations_to_all_and_people_to_members_only(people, browser_of):
    organisation = people.authorities.seats.get().organisation
    organisation.name = "Mairie de Trifouille"
    organisation.save()
    for role, person in vars(people).items():
        text = browser_of(person).get(reverse("signatories")).text
        assert "Mairie de Trifouille" in text, role
        is_member = person is not None and viewer_of_person(person).is_member
        table = text[text.index('class="register') :]
        assert ("Claire Le Bihan" in table.replace(" – ", " ")) == is_member, role
        assert ('<small lang="fr">Maire</small>' in table) == is_member, role


def test_only_members_are_given_the_people_of_the_register(people, viewer_of):
    signers = signatories_page(1).rows
    for person in vars(people).values():
        viewer = viewer_of(person)
        entries = [one for *_of, lines in register_rows(signers, viewer) for one in lines]
        assert len(entries) >= len(signers) > 0
        assert {one.signatory is not None for one in entries} == {viewer.is_member}


def test_a_withdrawal_stays_in_the_register(claire, browser_of):
    withdraw_signature(claire.signatures.get(), claire)
    text = browser_of(None).get(reverse("signatories")).text
    assert "retirée le" in text


def test_an_organisation_that_others_still_sign_for_has_not_withdrawn(
    claire, make_person, charter, browser_of
):
    organisation = claire.seats.get().organisation
    factories.sign_charter(make_person("Rita"), organisation)
    withdraw_signature(claire.signatures.get(), claire)
    assert "retirée le" not in browser_of(None).get(reverse("signatories")).text


def test_an_organisation_that_no_animator_knows_yet_is_marked(make_person, browser_of):
    make_person("Mina", factories.AUTHORITIES, confirmed=False)
    assert "à confirmer" in browser_of(None).get(reverse("signatories")).text


def register_of(page):
    """What the register says, without its marks."""
    text = page.get(reverse("signatories")).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<h1>") :]))


def test_members_read_in_the_register_whose_seat_waits_or_was_refused(
    claire, make_person, lucie, browser_of
):
    town = claire.seats.get().organisation
    for name, outcome in (("Mina Attend", None), ("Rémi Refusé", "Mandat inconnu.")):
        person = make_person(name)
        seat = factories.create_seat(
            person, factories.AUTHORITIES, confirmed=False, organisation=town
        )
        if outcome:
            refuse_seat(seat, lucie, outcome)
    said = register_of(browser_of(claire))
    assert "Mina Attend siège à confirmer" in said and "Rémi Refusé siège refusé" in said
    assert "Claire Le Bihan Maire" in said
    outside = register_of(browser_of(None))
    assert "siège" not in outside and "Mina" not in outside


def test_an_organisation_that_is_not_admitted_any_more_is_marked_and_not_counted(
    claire, jeanne, browser_of
):
    organisation = jeanne.seats.get().organisation
    assert "2 organisations du réseau ont signé" in register_of(browser_of(None))
    Organisation.objects.filter(pk=organisation.pk).update(admitted_at=None)
    said = register_of(browser_of(None))
    assert "1 organisation du réseau a signé" in said
    assert f"{organisation.name} (22) n’est plus dans le réseau" in said


def test_a_version_says_since_when_or_from_when_it_binds(claire, browser_of):
    coming = timezone.now() + timedelta(days=9)
    factories.create_charter(2, binding_from=coming)
    address = "charter-version"
    page = browser_of(claire)
    assert "Engagera à partir du" in page.get(reverse(address, args=["2.0"])).text
    assert "se fermeront pour vous le" in page.get(reverse("refuse-charter")).text
    CharterVersion.objects.update(binding_from=timezone.now())
    assert "Engage depuis" in page.get(reverse(address, args=["2.0"])).text
    assert "vous sont fermés depuis le" in page.get(reverse("refuse-charter")).text


def test_the_register_has_pages_of_fifty_in_steady_queries(
    colleges, charter, make_person, browser_of, django_assert_max_num_queries
):
    signatory = make_person("Paul Signataire")
    for n in range(60):
        organisation = Organisation.objects.create(
            slug=f"o-{n}", name=f"Organisation {n:03}", college=colleges[factories.SUPPORT]
        )
        factories.sign_charter(signatory, organisation)
    page = browser_of(None)
    with django_assert_max_num_queries(10):
        first = page.get(reverse("signatories")).text
    assert "Organisation 049" in first
    assert "Organisation 050" not in first
    assert "Organisation 059" in page.get(reverse("signatories"), {"page": 2}).text
    assert page.get(reverse("signatories"), {"page": "x"}).status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are PostgreSQL's")
def test_a_page_of_the_register_is_found_in_an_index_alone(people):
    with connection.cursor() as cursor:  # So few rows would be sorted, as soon as not.
        for way in ("seqscan", "bitmapscan", "indexscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = register._signatory_ids(0, 20).explain()

    assert "Index Only Scan using signed_version_by_college" in plan
    assert "accounts_organisation" not in plan and "Sort" not in plan
