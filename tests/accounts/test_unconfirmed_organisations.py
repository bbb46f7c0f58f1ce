"""An organisation that somebody signs for is shown to nobody until a seat is confirmed."""

import pytest
from django.urls import reverse

from accounts.charter.actions import sign_charter
from accounts.models import Organisation, Territory
from accounts.organisations.actions import confirm_seat, refuse_seat
from accounts.organisations.lookup import NewOrganisation, find_similar
from accounts.viewers.viewers import GUEST, AccessLevel, viewer_of_person
from forum.base.visibility import organisations
from tests import factories
from tests.page_elements import without_term_links

pytestmark = pytest.mark.django_db
NUMBER = 25


@pytest.fixture
def territory(claire):
    """A territory where Claire's organisation acts."""
    made = Territory.objects.create(
        slug="pays-de-retz", name="Pays de Retz", type="pays", department_codes="44"
    )
    made.organisations.add(claire.seats.get().organisation)
    return made


@pytest.fixture
def sign(rita, charter, colleges, territory):
    """Have Rita sign for an organisation that nobody knows of."""

    def sign(name):
        new = NewOrganisation(name, colleges[factories.AUTHORITIES], "44", territory)
        return sign_charter(
            rita, version=charter, organisation=new, position="Maire", authority="office",
            authority_detail="", typed_name=rita.full_name,
        ).organisation  # fmt: skip

    return sign


def public_pages(territory):
    """Every page that tells anyone of organisations."""
    yield from (reverse(name) for name in ("home", "organisations", "signatories"))
    yield from (reverse(name) for name in ("territories", "charter", "territory-search"))
    yield f"{reverse('organisations')}?q=inventee"
    yield f"{reverse('signatories')}?page=2"
    yield territory.get_absolute_url()


@pytest.mark.deep
def test_one_account_that_signs_for_25_invented_ones_puts_none_on_a_public_page(
    rita, lucie, jeanne, sign, territory, browser_of
):
    invented = [sign(f"Commune inventée {n:02}") for n in range(NUMBER)]
    guest, member, animator = (browser_of(who) for who in (None, jeanne, lucie))
    counts = [page.get(reverse("signatories")).context["signed"] for page in (guest, member)]

    for page in (guest, member):
        for address in public_pages(territory):
            assert "inventée" not in page.get(address).text, address
        assert page.get(invented[0].get_absolute_url()).status_code == 404
    assert counts == [3, 3]  # Claire's, Jeanne's and Lucie's.
    assert animator.get(invented[0].get_absolute_url()).status_code == 200
    assert browser_of(rita).get(invented[0].get_absolute_url()).status_code == 200

    for seat in rita.seats.all():
        refuse_seat(seat, lucie, "Elle n’existe pas.")

    for who in (None, jeanne, rita):
        known = Organisation.objects.filter(
            organisations(viewer_of_person(who) if who else GUEST),
            pk__in=[one.pk for one in invented],
        )
        assert not known.exists()
    assert find_similar("Commune inventée 07") == []
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED


def test_its_first_confirmed_seat_lets_it_in(rita, lucie, sign, territory, browser_of):
    town, guest = sign("Saint-Éloi"), browser_of(None)
    assert town.admitted_at is None
    steps = browser_of(rita).get(reverse("joining-steps")).text
    assert "Votre organisation paraîtra alors dans le registre" in without_term_links(steps)
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY

    confirm_seat(rita.seats.get(), lucie)

    town.refresh_from_db()
    assert town.admitted_at and town.admitted_by == lucie
    assert viewer_of_person(rita).level == AccessLevel.MEMBER
    for address in (reverse("organisations"), reverse("signatories")):
        assert "Saint-Éloi" in guest.get(address).text
    assert "Saint-Éloi" in guest.get(territory.get_absolute_url()).text


def test_a_confirmed_seat_does_not_let_in_what_needs_sponsors_or_was_struck(
    rita, lucie, sign, settings
):
    settings.FORUM_ADMISSION = "sponsored"
    sponsored = sign("Saint-Éloi")
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED
    confirm_seat(rita.seats.get(), lucie)
    sponsored.refresh_from_db()
    assert sponsored.admitted_at is None
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED

    settings.FORUM_ADMISSION = "review"
    struck = sign("Saint-Élie")
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY
    Organisation.objects.filter(pk=struck.pk).update(struck_at=struck.created_at)
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED
    confirm_seat(rita.seats.get(organisation=struck), lucie)
    struck.refresh_from_db()
    assert struck.admitted_at is None


def test_where_admission_is_open_it_is_there_as_one_signs(rita, sign, settings, browser_of):
    settings.FORUM_ADMISSION = "open"
    assert sign("Saint-Éloi").admitted_at
    assert "Saint-Éloi" in browser_of(None).get(reverse("organisations")).text


def test_the_register_keeps_whoever_was_admitted(claire, browser_of):
    town = claire.seats.get().organisation
    Organisation.objects.filter(pk=town.pk).update(admitted_at=None)
    text = browser_of(None).get(reverse("signatories")).text
    assert town.name in text and "n’est plus dans le réseau" in text
