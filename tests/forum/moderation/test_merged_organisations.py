"""Two organisations become one: pages, lists and seats follow, the register stays."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.charter.actions import CannotSign, sign_charter
from accounts.charter.verification import register_problems
from accounts.models import Organisation, Signature
from forum.base.rules import Refused
from forum.moderation.actions import end_measure
from forum.moderation.organisations.actions import (
    CannotMerge,
    merge_organisations,
    separate_organisation,
    strike_organisation,
)
from tests import factories
from tests.factories import AUTHORITIES, moderation_reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(make_person):
    """Yves, of an organisation that is Claire's under another name."""
    return make_person("Yves Autre", AUTHORITIES)


@pytest.fixture
def merge(town, other, lucie, viewer_of):
    """Merge Yves's organisation into Claire's; return both."""

    def merge():
        source = other.seats.get().organisation
        merge_organisations(source, town, viewer_of(lucie), "C’est la même commune.")
        return Organisation.objects.get(pk=source.pk), town

    return merge


def sign(person, organisation, version):
    return sign_charter(
        person, version=version, organisation=organisation, position="Adjoint",
        authority="office", authority_detail="", typed_name=person.full_name,
    )  # fmt: skip


def test_its_page_leads_to_the_other_and_lists_name_that_one_only(merge, other, browser_of):
    source, target = merge()
    guest = browser_of(None)

    assert guest.get(source.get_absolute_url())["Location"] == target.get_absolute_url()
    listed = guest.get(reverse("organisations")).text
    assert target.get_absolute_url() in listed and source.get_absolute_url() not in listed
    page = browser_of(other).get(target.get_absolute_url()).text
    assert "Yves Autre" in page and "Claire Le Bihan" in page


def test_everybody_keeps_their_rights_and_sits_in_the_other_once_they_sign(
    merge, other, charter, viewer_of
):
    rights = viewer_of(other).rights
    source, target = merge()
    assert viewer_of(other).rights == rights
    assert other.seats.get().organisation == source

    sign(other, target, charter)

    assert other.seats.get().organisation == target
    assert viewer_of(other).rights == rights


def test_who_has_signed_for_the_other_already_sits_there_at_once(merge, other, town, charter):
    factories.sign_charter(other, town)
    _source, target = merge()

    assert other.seats.get().organisation == target


def test_the_register_does_not_change_and_says_what_became_of_it(merge, browser_of):
    before = list(Signature.objects.order_by("pk").values_list("pk", "organisation"))
    source, target = merge()

    assert list(Signature.objects.order_by("pk").values_list("pk", "organisation")) == before
    page = unescape(browser_of(None).get(reverse("signatories")).text)
    assert source.name in page and "réunie à" in page
    assert not [problem for problem in register_problems() if source.name in str(problem)]


def test_nobody_signs_for_it_any_more_and_its_name_means_the_other(merge, make_person, charter):
    source, target = merge()

    with pytest.raises(CannotSign, match="réunie"):
        sign(make_person("Nadia Guérin"), source, charter)


def test_it_is_made_one_of_its_own_again_by_a_page(merge, other, lucie, browser_of, viewer_of):
    source, target = merge()
    page, address = browser_of(lucie), reverse("separate-organisation", args=[source.slug])
    assert address in page.get(target.get_absolute_url()).text

    page.post(address, {"ending_reason": "Ce sont deux communes."})

    guest = browser_of(None)
    assert guest.get(source.get_absolute_url()).status_code == 200
    assert source.get_absolute_url() in guest.get(reverse("organisations")).text
    assert viewer_of(other).is_member and other.seats.get().organisation == source


def test_two_of_different_colleges_are_not_one(town, jeanne, lucie, viewer_of):
    with pytest.raises(CannotMerge, match="collèges"):
        merge_organisations(
            jeanne.seats.get().organisation, town, viewer_of(lucie), "Pour voir."
        )


def test_an_animator_merges_by_the_page_where_errors_keep_what_was_typed(
    town, other, lucie, browser_of
):
    source, page = other.seats.get().organisation, browser_of(lucie)
    address = reverse("merge-organisation", args=[source.slug])

    wrong = page.post(address, {"target": "Personne", "reason": "C’est la même."})
    assert wrong.status_code == 422 and "C’est la même." in unescape(wrong.text)
    answer = page.post(address, {"target": town.name, "reason": "C’est la même."})
    assert answer["Location"] == town.get_absolute_url()


def test_what_is_merged_is_merged_into_no_other(merge, jeanne, make_person, lucie, viewer_of):
    source, _target = merge()
    third = make_person("Nadia Guérin", AUTHORITIES).seats.get().organisation

    with pytest.raises(CannotMerge, match="déjà partie"):
        merge_organisations(source, third, viewer_of(lucie), "Pour voir.")


def test_it_is_struck_and_comes_back_with_what_it_became_part_of(
    merge, other, lucie, viewer_of
):
    source, target = merge()
    measure = strike_organisation(target, viewer_of(lucie), "Rien.", moderation_reason())
    assert not viewer_of(other).is_member
    with pytest.raises(Refused):
        separate_organisation(source, viewer_of(lucie), "Non.")

    end_measure(measure, viewer_of(lucie), "Une erreur.")
    assert viewer_of(other).is_member


def test_an_animator_strikes_nothing_that_theirs_became_part_of(
    town, make_person, lucie, viewer_of
):
    anne = make_person("Anne Animatrice", AUTHORITIES, is_animator=True)
    source = anne.seats.get().organisation
    merge_organisations(source, town, viewer_of(lucie), "C’est la même commune.")

    with pytest.raises(Refused):
        strike_organisation(town, viewer_of(anne), "Rien.", moderation_reason())


def test_it_is_not_given_the_name_of_what_was_merged_into_it(merge, lucie, browser_of):
    source, target = merge()
    address = reverse("rename-organisation", args=[target.slug])
    answer = browser_of(lucie).post(address, {"name": source.name, "reason": "Pour voir."})

    assert answer.status_code == 422 and "porte ce nom" in answer.text


def test_a_confirmed_seat_goes_before_one_that_waits_in_the_other(
    other, town, lucie, viewer_of
):
    rights, source = viewer_of(other).rights, other.seats.get().organisation
    waiting = factories.create_seat(other, AUTHORITIES, organisation=town, confirmed=False)
    merge_organisations(source, town, viewer_of(lucie), "C’est la même commune.")

    assert viewer_of(other).rights == rights
    assert other.seats.get(ended_at=None).organisation == town
    waiting.refresh_from_db()
    assert waiting.ended_at
