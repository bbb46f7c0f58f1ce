"""Coming in: sponsors, contacts, domains and invitations; what each opens, and to whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.admission.models import EmailDomain, Invitation
from accounts.base.mail import send
from accounts.charter.actions import sign_charter
from accounts.models import ConfirmationMethod
from accounts.organisations.actions import (
    confirm_seat,
    end_seat,
    refuse_seat,
    set_contact,
)
from accounts.organisations.queries import is_contact
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories
from tests.page_elements import without_term_links

pytestmark = pytest.mark.django_db


def test_the_contact_confirms_and_refuses_for_their_organisation_only(
    claire, jeanne, mona, town
):
    jeanne.seats.update(is_contact=True)
    with pytest.raises(PermissionDenied):
        confirm_seat(mona.seats.get(), jeanne)
    seat = confirm_seat(mona.seats.get(), claire)
    assert (seat.confirmed_by, seat.confirmation_method) == (claire, ConfirmationMethod.CONTACT)
    assert viewer_of_person(mona).level == AccessLevel.MEMBER
    assert not seat.is_contact


def test_a_refusal_says_who_and_why(claire, mona):
    claire.seats.update(is_contact=True)
    seat = refuse_seat(mona.seats.get(), claire, "Pas chez nous.")
    assert (seat.refused_by, seat.refusal) == (claire, "Pas chez nous.")
    assert viewer_of_person(mona).level == AccessLevel.REGISTERED


def test_pages_say_who_decides_about_seats_and_as_what(claire, mona, lucie, town, browser_of):
    claire.seats.update(is_contact=True)
    address = reverse("organisation-seats", args=[town.slug])
    assert "Vous êtes le contact" in browser_of(claire).get(address).text
    said = browser_of(lucie).get(address).text
    assert "Vous êtes le contact" not in said and "Vous animez le réseau" in said
    waits = without_term_links(browser_of(mona).get(reverse("charter")).text)
    assert (
        "En attente de l’accord du contact de l’organisation, ou de l’équipe d’animation"
        in waits
    )


def test_a_contact_whose_mandate_ends_decides_nothing_any_more(claire, mona, town):
    end_seat(claire.seats.get(), claire)
    assert not is_contact(claire, town)
    with pytest.raises(PermissionDenied):
        confirm_seat(mona.seats.get(), claire)


def test_the_first_whom_an_animator_confirms_is_the_contact(make_person, lucie):
    first = make_person("Prime Arrivé", factories.AUTHORITIES, confirmed=False)
    assert confirm_seat(first.seats.get(), lucie).is_contact


def test_an_organisation_keeps_a_contact(claire, mona, town):
    with pytest.raises(PermissionDenied, match="autre contact"):
        set_contact(claire.seats.get(), claire, False)
    confirm_seat(mona.seats.get(), claire)
    set_contact(mona.seats.get(), claire, True)
    set_contact(claire.seats.get(), claire, False)
    assert is_contact(mona, town) and not is_contact(claire, town)


@pytest.mark.django_db(transaction=True)
def test_two_contacts_who_leave_the_charge_at_once_leave_one(claire, mona, town):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    confirm_seat(mona.seats.get(), claire)
    set_contact(mona.seats.get(), claire, True)

    def leave(person):
        try:
            set_contact(person.seats.get(), person, False)
        except PermissionDenied:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, [claire, mona])) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_deciding_and_signing_again_at_once_wait_for_each_other_in_one_order(
    claire, mona, lucie, town
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")
    EmailAddress.objects.create(user=mona, email="mona@mairie.example", verified=True)
    now = timezone.now()
    EmailDomain.objects.create(organisation=town, domain="mairie.example", verified_at=now)

    def act(decides):
        try:
            if decides:
                return confirm_seat(mona.seats.get(), lucie).person_id
            return sign_charter(
                mona, version=mona.signatures.first().version, organisation=town,
                position="Maire", authority="office", authority_detail="",
                typed_name=mona.full_name,
            ).person_id  # fmt: skip
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(act, [True, False] * 6)) == {mona.pk}


@pytest.mark.django_db(transaction=True)
def test_a_seat_confirmed_by_two_at_the_same_second_is_confirmed_once(
    claire, lucie, mona, town
):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer and one connection.")

    def confirm(person):
        try:
            return confirm_seat(mona.seats.get(), person).confirmed_by_id
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(confirm, [claire, lucie]))) == 1


def test_the_page_of_an_organisation_confirms_refuses_and_comes_back(
    claire, mona, town, browser_of
):
    page, address = browser_of(claire), reverse("organisation-seats", args=[town.slug])
    seat = mona.seats.get()
    assert "Mona Patiente" in page.get(address).text
    refuse, back = reverse("refuse-seat", args=[seat.pk]), {"return_to": "organisation"}
    answer = page.post(refuse, back | {f"seat-{seat.pk}-reason": " "})
    assert answer.status_code == 422 and "pourquoi vous refusez" in answer.text
    assert "Les sièges de" in answer.text
    answer = page.post(reverse("confirm-seat", args=[seat.pk]), back)
    assert answer.url == address
    assert "est confirmé" in page.get(address).text


def test_a_mandate_may_be_given_a_day_to_end_and_not_a_day_gone_by(claire, town, browser_of):
    page, seat = browser_of(claire), claire.seats.get()
    day = timezone.localdate() + timedelta(days=9)
    page.post(reverse("end-seat", args=[seat.pk]), {"day": "2020-01-01"})
    assert claire.seats.get().ended_at is None
    page.post(reverse("end-seat", args=[seat.pk]), {"day": day.isoformat()})
    assert timezone.localtime(claire.seats.get().ended_at).date() == day
    assert viewer_of_person(claire).level == AccessLevel.MEMBER


def test_a_holder_ends_a_mandate_sooner_than_others_said_and_never_later(claire, mona, town):
    confirm_seat(mona.seats.get(), claire)
    tomorrow = timezone.now() + timedelta(days=1)
    end_seat(mona.seats.get(), claire, tomorrow)
    end_seat(mona.seats.get(), mona, timezone.now() + timedelta(days=900))
    assert mona.seats.get().ended_at == tomorrow
    end_seat(mona.seats.get(), mona)
    assert mona.seats.get().is_over


def test_a_refusal_typed_as_the_session_ended_comes_back_on_the_desk(
    claire, mona, lucie, town, browser_of
):
    seat, client = mona.seats.get(), browser_of(None)
    sent = {f"seat-{seat.pk}-reason": "Motif gardé."}
    answer = client.post(reverse("refuse-seat", args=[seat.pk]), sent)
    assert "/compte/login/" in answer["Location"]
    client.force_login(lucie)
    assert "Motif gardé." in client.get(reverse("seats")).text


def test_the_subject_of_a_mail_keeps_its_no_break_spaces(claire):
    send(claire.email, "Vous êtes invité\u00a0:\r\n  venez\u202f!\n", "Bonjour.")
    assert mail.outbox[0].subject == "Vous êtes invité\u00a0: venez\u202f!"


def test_an_invitation_goes_by_mail_once_and_again_renews_it(claire, town, browser_of):
    page, address = browser_of(claire), reverse("organisation-seats", args=[town.slug])
    for _time in range(2):
        page.post(address, {"operation": "invite", "email": "Adjoint@Mairie.example"})
    invitation = Invitation.objects.get()
    assert invitation.email == "adjoint@mairie.example"
    assert [message.to for message in mail.outbox] == [["adjoint@mairie.example"]] * 2
    assert invitation.get_absolute_url() in mail.outbox[0].body
    page.post(address, {"operation": "withdraw-invitation", "pk": invitation.pk})
    assert not Invitation.objects.usable().exists()


@pytest.mark.parametrize("email", ["", "rien", "a@b", "x" * 300 + "@example.org"])
def test_an_address_that_is_none_is_refused_beside_its_field(claire, town, browser_of, email):
    address = reverse("organisation-seats", args=[town.slug])
    answer = browser_of(claire).post(address, {"operation": "invite", "email": email})
    assert answer.status_code == 422 and answer.context["invite"].errors["email"]
    assert mail.outbox == []


@pytest.mark.parametrize("sent", [{}, {"operation": "steal"}])
def test_what_the_page_does_not_know_is_a_bad_request(claire, town, browser_of, sent):
    address = reverse("organisation-seats", args=[town.slug])
    assert browser_of(claire).post(address, sent).status_code == 400


def test_nobody_invites_themselves(lucie, town, browser_of):
    EmailAddress.objects.create(user=lucie, email="Lucie@Reseau.example", verified=True)
    address = reverse("organisation-seats", args=[town.slug])
    answer = browser_of(lucie).post(
        address, {"operation": "invite", "email": "lucie@reseau.example"}
    )
    assert answer.status_code == 403 and "soi-même" in answer.text
    assert not Invitation.objects.exists()


def test_where_mail_does_not_leave_the_contact_is_given_the_address_to_pass_on(
    claire, town, browser_of, settings
):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
        }
    }
    address = reverse("organisation-seats", args=[town.slug])
    answer = browser_of(claire).post(
        address, {"operation": "invite", "email": "x@mairie.example"}, follow=True
    )
    assert Invitation.objects.get().get_absolute_url() in answer.text
