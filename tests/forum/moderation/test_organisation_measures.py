"""Striking organisations from the network, bringing them back, renaming them."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.charter.actions import CannotSign, sign_charter
from accounts.models import Organisation
from accounts.moderation_log.models import ModerationLogEntry
from accounts.organisations.actions import confirm_seat
from accounts.organisations.lookup import NewOrganisation
from forum.base.rules import Refused
from forum.moderation.actions import end_measure
from forum.moderation.measures.models import Measure
from forum.moderation.organisations.actions import (
    CannotRename,
    rename_organisation,
    strike_organisation,
)
from tests.factories import SUPPORT, moderation_reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def struck(town, lucie, viewer_of):
    """Claire's organisation, struck by Lucie."""
    strike_organisation(town, viewer_of(lucie), "Elle n’existe pas.", moderation_reason())
    return Organisation.objects.get(pk=town.pk)


def test_its_seats_grant_nothing_and_it_is_in_no_list(struck, claire, viewer_of, browser_of):
    assert not viewer_of(claire).is_member
    guest = browser_of(None)
    for name in ("organisations", "territories"):
        assert struck.name not in guest.get(reverse(name)).text
    assert guest.get(struck.get_absolute_url()).status_code == 404
    page = browser_of(claire)
    assert "a radié votre organisation" in page.get(reverse("account")).text
    assert "La charte vous ouvre" not in page.get("/").text  # She has signed it.


def test_the_register_keeps_its_signatures_and_says_that_it_was_struck(struck, browser_of):
    page = browser_of(None).get(reverse("signatories")).text

    assert struck.name in page and "radiée le" in page
    assert struck.get_absolute_url() not in page


def test_its_contact_reads_why_and_it_comes_back(struck, claire, lucie, viewer_of, browser_of):
    measure = Measure.objects.get()
    assert measure.person == claire
    assert "Elle n’existe pas." in unescape(
        browser_of(claire).get(measure.get_absolute_url()).text
    )

    end_measure(measure, viewer_of(lucie), "Elle existe.")

    assert viewer_of(claire).is_member
    assert struck.name in browser_of(None).get(reverse("organisations")).text
    logged = ModerationLogEntry.objects.filter(organisation=struck).order_by("pk")
    assert [one.action for one in logged] == ["strike_organisation", "restore_organisation"]


@pytest.mark.parametrize("needs_sponsors", [True, False])
def test_one_that_was_never_admitted_comes_back_as_it_was(
    needs_sponsors, make_person, colleges, charter, lucie, viewer_of, settings
):
    settings.FORUM_ADMISSION = "sponsored" if needs_sponsors else "review"
    person, new = make_person("Nadia"), NewOrganisation("Saint-Éloi", colleges[SUPPORT], "22")
    town = sign_charter(
        person, version=charter, organisation=new,
        position="Maire", authority="office", authority_detail="", typed_name=person.full_name,
    ).organisation  # fmt: skip
    if needs_sponsors:
        confirm_seat(person.seats.get(), lucie)
    strike_organisation(town, viewer_of(lucie), "Elle n’existe pas.", moderation_reason())

    end_measure(Measure.objects.get(), viewer_of(lucie), "Elle existe.")

    town.refresh_from_db()
    assert town.admitted_at is None and town.struck_at is None


def test_nobody_signs_for_it_nor_admits_it(struck, make_person, charter, lucie, browser_of):
    person = make_person("Nadia Guérin")

    with pytest.raises(CannotSign, match="radiée"):
        sign_charter(
            person, version=charter, organisation=struck, position="Maire",
            authority="office", authority_detail="", typed_name=person.full_name,
        )  # fmt: skip
    browser_of(lucie).post(reverse("admit-organisation", args=[struck.slug]))
    struck.refresh_from_db()
    assert struck.admitted_at is None


def test_nobody_strikes_their_own(lucie, viewer_of):
    own = lucie.seats.get().organisation

    with pytest.raises(Refused, match="soi-même"):
        strike_organisation(own, viewer_of(lucie), "Des faits.", moderation_reason())


def test_an_animator_strikes_by_the_page_and_others_find_none(town, claire, lucie, browser_of):
    address = reverse("strike-organisation", args=[town.slug])
    given = {"reason": moderation_reason().slug, "facts": "Elle n’existe pas."}

    assert browser_of(claire).post(address, given).status_code == 404
    assert address in browser_of(lucie).get(town.get_absolute_url()).text
    answer = browser_of(lucie).post(address, given)
    assert answer["Location"] == Measure.objects.get().get_absolute_url()


def test_a_renamed_organisation_keeps_its_address_and_says_its_former_name(
    town, lucie, browser_of
):
    before, address = town.name, town.get_absolute_url()
    page = browser_of(lucie)

    page.post(
        reverse("rename-organisation", args=[town.slug]),
        {"name": "Commune de Plouvien", "reason": "Fusion de communes."},
    )

    shown = unescape(browser_of(None).get(address).text)
    assert "Commune de Plouvien" in shown and f"anciennement {before}" in shown
    assert f"anciennement {before}" in unescape(page.get(reverse("signatories")).text)
    assert ModerationLogEntry.objects.get().action == "rename_organisation"


def test_a_name_that_another_has_is_refused_by_the_field(town, jeanne, lucie, viewer_of):
    other = jeanne.seats.get().organisation

    with pytest.raises(CannotRename, match="réunissez"):
        rename_organisation(town, viewer_of(lucie), other.name.upper(), "Pour voir.")
