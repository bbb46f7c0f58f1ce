"""Invitations to a seat: whom they are for, what they confirm, when they end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import sleep

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.admission.actions import invite_to_seat, withdraw_invitation
from accounts.admission.models import Invitation
from accounts.charter import actions
from accounts.charter.actions import use_invitation
from accounts.models import (
    ConfirmationMethod,
)
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests.accounts.signing.forms import countersigned, sent, verified

pytestmark = pytest.mark.django_db


def test_an_invitation_of_the_contact_confirms_the_seat(
    rita, claire, town, invitation, browser_of
):
    answer = countersigned(browser_of(rita), rita, town, invitation.get_absolute_url())
    assert answer.status_code == 302
    seat = rita.seats.get()
    assert (seat.confirmation_method, seat.confirmed_by) == (
        ConfirmationMethod.INVITATION,
        claire,
    )
    assert viewer_of_person(rita).level == AccessLevel.MEMBER
    again = browser_of(rita).get(invitation.get_absolute_url())
    assert again.status_code == 410 and "a déjà servi" in again.text


def test_an_invitation_taken_up_twice_by_one_form_leads_to_one_page(
    rita, town, invitation, browser_of
):
    address = invitation.get_absolute_url()
    answers = [countersigned(browser_of(rita), rita, town, address) for _time in range(2)]
    assert {(it.status_code, it.url) for it in answers} == {(302, reverse("joining-steps"))}
    assert rita.signatures.count() == rita.seats.count() == 1


def test_who_has_signed_and_waits_takes_up_an_invitation(rita, town, invitation, browser_of):
    sent(browser_of(rita), rita, town)
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY
    countersigned(browser_of(rita), rita, town, invitation.get_absolute_url())
    assert viewer_of_person(rita).level == AccessLevel.MEMBER
    assert rita.signatures.get().authority == "resolution"


def test_the_page_promises_a_confirmed_seat_only_where_the_invitation_still_vouches(
    rita, claire, town, invitation, browser_of
):
    page, address = browser_of(rita), invitation.get_absolute_url()
    assert "sera confirmé aussitôt" in page.get(address).text
    claire.seats.update(ended_at=timezone.now())
    said = page.get(address).text
    assert "sera confirmé aussitôt" not in said and "attendra d’être confirmé" in said


@pytest.mark.parametrize("act", ["withdraw", "renew"])
@pytest.mark.django_db(transaction=True)
def test_taking_up_and_withdrawing_or_renewing_at_once_wait_for_each_other_in_one_order(
    rita, claire, town, charter, invitation, monkeypatch, act
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    taking = Event()

    def slowly(*args):
        """Be found with the invitation held."""
        held = use_invitation(*args)
        taking.set()
        sleep(0.5)
        return held

    monkeypatch.setattr(actions, "use_invitation", slowly)

    def take_up():
        try:
            return actions.sign_charter(
                rita, version=charter, organisation=town, position="Maire", authority="office",
                authority_detail="", typed_name=rita.full_name, invitation=invitation,
            ).person  # fmt: skip
        finally:
            connection.close()

    def decide():
        try:
            taking.wait(5)
            if act == "renew":
                return invite_to_seat(town, claire, rita.email).pk != invitation.pk
            withdraw_invitation(invitation, claire)
        except PermissionDenied as refusal:
            return "a déjà servi" in str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        taken, decided = pool.submit(take_up), pool.submit(decide)
        assert taken.result() == rita and decided.result()
    assert rita.seats.get().confirmation_method == ConfirmationMethod.INVITATION


def test_an_expired_invitation_says_so_and_opens_nothing(rita, town, invitation, browser_of):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = countersigned(browser_of(rita), rita, town, invitation.get_absolute_url())
    assert answer.status_code == 410 and "expiré" in answer.text
    assert not rita.seats.exists()


def test_an_invitation_is_for_the_address_it_was_sent_to(jeanne, town, invitation, browser_of):
    verified(jeanne)
    answer = countersigned(browser_of(jeanne), jeanne, town, invitation.get_absolute_url())
    assert "une autre adresse" in answer.text
    assert not jeanne.seats.filter(organisation=town).exists()
    unverified = browser_of(None).get(invitation.get_absolute_url())
    assert unverified.status_code == 200 and "Créer un compte" in unverified.text
    missing = browser_of(None).get(reverse("organisation-invitation", args=["x" * 32]))
    assert missing.status_code == 404


def test_who_is_signed_in_with_another_address_signs_out_and_comes_back_to_the_invitation(
    jeanne, invitation, browser_of
):
    verified(jeanne)
    client, address = browser_of(jeanne), invitation.get_absolute_url()
    page = client.get(address).text
    form = page[page.index("<main") : page.index("</main>")]
    assert f'action="{reverse("account_logout")}"' in form
    assert f'name="next" value="{address}"' in form

    out = client.post(reverse("account_logout"), {"next": address})
    assert out.url == address
    assert "Créer un compte" in client.get(address).text


def test_sign_up_from_an_invitation_fills_in_the_address_that_it_invites(
    rita, town, invitation, browser_of
):
    def filled(going):
        return browser_of(None).get(reverse("account_signup"), {"next": going}).text

    address = invitation.get_absolute_url()
    assert f'value="{rita.email}"' in filled(address)
    for other in (
        reverse("organisation-invitation", args=["x" * 32]), reverse("charter"), "//", "\0",
        address[:-2] + "/", f"https://ailleurs.example{address}",
        reverse("countersign", args=[town.slug]),
    ):  # fmt: skip
        assert rita.email not in filled(other), other
    Invitation.objects.update(expires_at=timezone.now())
    assert rita.email not in filled(address)


def test_an_invitation_is_for_its_own_organisation_only(
    rita, jeanne, town, invitation, browser_of
):
    other = jeanne.seats.get().organisation
    answer = browser_of(rita).post(
        reverse("sign-charter") + f"?invitation={invitation.key}",
        {
            "version": "1.0", "college": other.college.slug, "organisation": other.name,
            "position": "Maire", "authority": "office", "typed_name": rita.full_name,
                "apart": other.slug,
        },
    )  # fmt: skip
    assert answer.status_code == 403 and "une autre organisation" in answer.text
    assert not rita.seats.exists()
    assert Invitation.objects.usable().exists()


@pytest.mark.parametrize("loss", ["no contact any more", "suspended", "oneself"])
def test_an_invitation_vouches_while_who_sent_it_still_may_and_never_for_oneself(
    rita, claire, town, invitation, browser_of, loss
):
    if loss == "no contact any more":
        claire.seats.update(ended_at=timezone.now())
    if loss == "suspended":
        type(claire).objects.filter(pk=claire.pk).update(suspended_at=timezone.now())
    if loss == "oneself":
        Invitation.objects.update(invited_by=rita)
    countersigned(browser_of(rita), rita, town, invitation.get_absolute_url())
    assert rita.seats.get().confirmed_at is None


def test_what_was_typed_as_the_session_ended_comes_back_after_sign_in(
    rita, town, invitation, browser_of
):
    client, address = browser_of(None), invitation.get_absolute_url()
    answer = client.post(address, {"position": "Adjointe gardée", "typed_name": "Rita"})
    assert "/compte/login/" in answer["Location"]
    client.force_login(rita)
    assert "Adjointe gardée" in client.get(address).text


@pytest.mark.parametrize("key", ["%00", "%00" * 9, "x" * 300])
def test_an_address_that_no_invitation_has_is_not_found(charter, browser_of, key):
    assert browser_of(None).get(f"/charte/invitation/{key}/").status_code == 404
