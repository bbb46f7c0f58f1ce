"""Organisations come in by domain or by sponsors."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.admission import actions
from accounts.admission.models import EmailDomain
from accounts.charter.actions import sign_charter
from accounts.models import ConfirmationMethod, Organisation
from accounts.organisations.actions import (
    choose_writing_seat,
)
from accounts.organisations.lookup import NewOrganisation
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories
from tests.page_elements import without_term_links

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(make_person, colleges, charter, settings):
    """Someone who signed for an organisation that needs sponsors."""
    settings.FORUM_ADMISSION = "sponsored"
    person = make_person("Nora Nouvelle")
    new = NewOrganisation("Pays de Rohan", colleges[factories.AUTHORITIES], "56")
    sign_charter(
        person, version=charter, organisation=new, position="Présidente", authority="office",
        authority_detail="", typed_name=person.full_name,
    )  # fmt: skip
    return person


@pytest.mark.parametrize("domain", ["", "mairie", "gmail.com", "@Orange.fr", "a b.fr", "é.fr"])
def test_a_domain_that_tells_nothing_is_refused(claire, town, browser_of, domain):
    address = reverse("organisation-seats", args=[town.slug])
    answer = browser_of(claire).post(address, {"operation": "declare-domain", "domain": domain})
    assert answer.status_code == 422
    assert not EmailDomain.objects.exists()


def test_verifying_a_domain_confirms_those_who_wait_with_such_an_address(
    claire, lucie, mona, town, browser_of
):
    EmailAddress.objects.create(user=mona, email="mona@mairie.example", verified=True)
    address = reverse("organisation-seats", args=[town.slug])
    browser_of(claire).post(
        address, {"operation": "declare-domain", "domain": "@Mairie.example"}
    )
    declared = EmailDomain.objects.get()
    assert viewer_of_person(mona).level == AccessLevel.SIGNATORY
    desk = browser_of(lucie)
    assert "@mairie.example" in desk.get(reverse("seats")).text
    desk.post(reverse("verify-domain", args=[declared.pk]))
    assert viewer_of_person(mona).level == AccessLevel.MEMBER
    assert mona.seats.get().confirmation_method == ConfirmationMethod.DOMAIN


def test_a_domain_is_one_organisations(claire, jeanne, lucie, town):
    jeanne.seats.update(is_contact=True)
    other = jeanne.seats.get().organisation
    mine = actions.declare_domain(town, claire, "mairie.example")
    theirs = actions.declare_domain(other, jeanne, "mairie.example")
    actions.verify_domain(mine, lucie)
    with pytest.raises(PermissionDenied, match="autre organisation"):
        actions.verify_domain(theirs, lucie)
    with pytest.raises(PermissionDenied):
        actions.declare_domain(town, jeanne, "autre.example")


def test_a_domain_is_refused_with_a_reason_and_may_be_asked_again(
    claire, lucie, town, browser_of
):
    declared = actions.declare_domain(town, claire, "mairie.example")
    refuse = reverse("refuse-domain", args=[declared.pk])
    answer = browser_of(lucie).post(refuse, {f"domain-{declared.pk}-reason": ""})
    assert answer.status_code == 422 and "pourquoi vous refusez" in answer.text
    browser_of(lucie).post(refuse, {f"domain-{declared.pk}-reason": "Pas à vous."})
    page = browser_of(claire).get(reverse("organisation-seats", args=[town.slug]))
    assert "Pas à vous." in page.text
    with pytest.raises(PermissionDenied):
        actions.verify_domain(declared, lucie)
    actions.declare_domain(town, claire, "mairie.example")
    assert actions.verify_domain(declared, lucie).verified_at


def test_an_animator_does_not_verify_a_domain_of_their_own(lucie, town):
    declared = actions.declare_domain(town, lucie, "mairie.example")
    with pytest.raises(PermissionDenied, match="autre animateur"):
        actions.verify_domain(declared, lucie)


def test_a_new_organisation_comes_in_when_two_others_vouch_for_it(
    newcomer, claire, jeanne, browser_of
):
    organisation = Organisation.objects.get(name="Pays de Rohan")
    assert viewer_of_person(newcomer).level == AccessLevel.REGISTERED
    page = browser_of(newcomer).get(reverse("charter"))
    assert page.context["charter_status"].state == "unadmitted"
    assert "0 parrain" in without_term_links(page.text)
    address = reverse("sponsor", args=[organisation.slug])
    assert "Pays de Rohan" in browser_of(claire).get(reverse("candidates")).text
    for _twice in range(2):
        browser_of(claire).post(address)
    assert viewer_of_person(newcomer).level == AccessLevel.REGISTERED
    browser_of(jeanne).post(address)
    assert viewer_of_person(newcomer).level == AccessLevel.SIGNATORY
    assert "Pays de Rohan" not in browser_of(claire).get(reverse("candidates")).text


def test_members_are_told_of_who_looks_for_sponsors_where_they_may_help(
    newcomer, claire, make_person, browser_of
):
    organisation = Organisation.objects.get(name="Pays de Rohan")
    waiting = make_person("Mina Attente", factories.AUTHORITIES, confirmed=False)
    address = reverse("sponsor", args=[organisation.slug])
    for person, is_asked in ((claire, True), (waiting, False), (newcomer, False)):
        page = browser_of(person)
        assert (
            "cherche deux parrains" in page.get(f"{reverse('inbox')}?voir=tout").text
        ) is is_asked
        assert (address in page.get(organisation.get_absolute_url()).text) is is_asked
    listed = browser_of(claire).get(reverse("organisations")).text
    assert reverse("candidates") in listed and "1 organisation cherche des parrains" in listed
    browser_of(claire).post(address)
    assert "cherche deux parrains" not in browser_of(claire).get(reverse("inbox")).text
    assert address not in browser_of(claire).get(organisation.get_absolute_url()).text


def test_a_candidate_reads_how_to_ask_and_what_to_send(newcomer, browser_of):
    organisation = Organisation.objects.get(name="Pays de Rohan")
    page = browser_of(newcomer)
    for address in (reverse("charter"), reverse("account"), organisation.get_absolute_url()):
        text = page.get(address).text
        assert f"http://testserver{organisation.get_absolute_url()}</code>" in text, address


def test_where_nobody_needs_sponsors_nobody_is_asked(claire, browser_of):
    assert reverse("candidates") not in browser_of(claire).get(reverse("organisations")).text


def test_the_desk_promises_no_reading_to_whom_sponsors_are_missing(
    newcomer, lucie, browser_of, settings
):
    desk = browser_of(lucie)
    assert "sauf si son organisation attend des parrains" in desk.get(reverse("seats")).text
    settings.FORUM_ADMISSION = "review"
    assert "sauf si son organisation" not in desk.get(reverse("seats")).text


def test_two_people_of_one_organisation_are_one_voice(newcomer, claire, make_person):
    colleague = make_person("Autre Élue")
    town = claire.seats.get().organisation
    factories.create_seat(colleague, factories.AUTHORITIES, organisation=town)
    organisation = Organisation.objects.get(name="Pays de Rohan")
    for person in (claire, colleague):
        actions.sponsor(organisation, person)
    assert Organisation.objects.get(pk=organisation.pk).admitted_at is None
    assert organisation.sponsorships.count() == 1


def test_one_person_of_two_organisations_is_one_voice(newcomer, claire):
    second = factories.create_seat(claire, factories.PROJECTS)
    organisation = Organisation.objects.get(name="Pays de Rohan")
    actions.sponsor(organisation, claire)
    choose_writing_seat(claire, second.pk)
    with pytest.raises(PermissionDenied):
        actions.sponsor(organisation, claire)
    assert organisation.sponsorships.count() == 1


def test_who_holds_no_confirmed_seat_vouches_for_nobody(newcomer, make_person):
    organisation = Organisation.objects.get(name="Pays de Rohan")
    waiting = make_person("Mina Attente", factories.AUTHORITIES, confirmed=False)
    for person in (waiting, newcomer):
        with pytest.raises(PermissionDenied):
            actions.sponsor(organisation, person)


def test_an_animator_lets_the_first_ones_in(newcomer, lucie, browser_of):
    organisation = Organisation.objects.get(name="Pays de Rohan")
    assert "Pays de Rohan" in browser_of(lucie).get(reverse("seats")).text
    browser_of(lucie).post(reverse("admit-organisation", args=[organisation.slug]))
    assert viewer_of_person(newcomer).level == AccessLevel.SIGNATORY
    organisation.refresh_from_db()
    assert organisation.admitted_by == lucie
