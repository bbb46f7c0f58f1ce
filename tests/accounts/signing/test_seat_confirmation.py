"""What confirms a seat as one signs, and what a refused or ended seat leaves."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.admission.actions import verify_domain
from accounts.admission.models import EmailDomain
from accounts.models import (
    ConfirmationMethod,
)
from accounts.organisations.actions import confirm_seat, end_seat
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests.accounts.signing.forms import a_pdf, countersigned, sent, verified

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("is_verified", "address", "opens"),
    [
        (True, "rita@trifouille.fr", True),
        (True, "rita@TRIFOUILLE.fr", True),
        (True, "rita@autre.trifouille.fr", False),
        (True, "rita@trifouille.fr.example", False),
        (False, "rita@trifouille.fr", False),
    ],
)
def test_an_address_of_a_verified_domain_confirms_the_seat(
    make_person, town, browser_of, is_verified, address, opens
):
    person = verified(make_person("Rita Mairie"), address)
    now = timezone.now() if is_verified else None
    EmailDomain.objects.create(organisation=town, domain="trifouille.fr", verified_at=now)
    countersigned(browser_of(person), person, town)
    assert bool(person.seats.get().confirmed_at) == opens
    assert person.seats.get().confirmation_method == (
        ConfirmationMethod.DOMAIN if opens else ""
    )


@pytest.fixture
def sent_away(rita, town, claire, charter, browser_of):
    """Rita, whose mandate Claire has ended; her address is of a domain of the town's."""
    EmailDomain.objects.create(
        organisation=town, domain="exemple.fr", verified_at=timezone.now()
    )
    countersigned(browser_of(rita), rita, town)
    assert viewer_of_person(rita).level == AccessLevel.MEMBER
    end_seat(rita.seats.get(), claire)
    return rita


@pytest.mark.parametrize("admission", ["review", "open"])
def test_who_was_sent_away_waits_however_often_they_sign_again(
    sent_away, town, browser_of, settings, admission
):
    settings.FORUM_ADMISSION = admission
    for _time in range(2):
        assert countersigned(browser_of(sent_away), sent_away, town).status_code == 302
        assert viewer_of_person(sent_away).level == AccessLevel.SIGNATORY
    end_seat(sent_away.seats.last(), sent_away)
    countersigned(browser_of(sent_away), sent_away, town)
    assert viewer_of_person(sent_away).level == AccessLevel.SIGNATORY


def test_a_domain_that_is_verified_brings_nobody_back_who_was_sent_away(
    sent_away, make_person, lucie, town, browser_of
):
    EmailDomain.objects.update(verified_at=None)
    other = verified(make_person("Mona Patiente"))
    for person in (sent_away, other):
        countersigned(browser_of(person), person, town)
    verify_domain(EmailDomain.objects.get(), lucie)
    assert viewer_of_person(sent_away).level == AccessLevel.SIGNATORY
    assert viewer_of_person(other).level == AccessLevel.MEMBER


def test_leaving_earlier_than_others_said_is_no_way_back_in(rita, town, claire, browser_of):
    countersigned(browser_of(rita), rita, town)
    confirm_seat(rita.seats.get(), claire)
    end_seat(rita.seats.get(), claire, timezone.now() + timedelta(days=3))
    end_seat(rita.seats.get(), rita)
    EmailDomain.objects.create(
        organisation=town, domain="exemple.fr", verified_at=timezone.now()
    )
    countersigned(browser_of(rita), rita, town)
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY


def test_an_invitation_brings_back_who_was_sent_away_and_leaving_by_oneself_shuts_nothing(
    sent_away, town, invitation, browser_of
):
    countersigned(browser_of(sent_away), sent_away, town, invitation.get_absolute_url())
    assert viewer_of_person(sent_away).level == AccessLevel.MEMBER
    end_seat(sent_away.seats.last(), sent_away)
    countersigned(browser_of(sent_away), sent_away, town)
    assert sent_away.seats.last().confirmation_method == ConfirmationMethod.DOMAIN


def test_a_mandate_ends_by_itself_on_the_day_that_was_given(rita, town, browser_of):
    day = timezone.localdate() + timedelta(days=30)
    countersigned(browser_of(rita), rita, town, until=day.isoformat())
    seat = rita.seats.get()
    assert timezone.localtime(seat.ended_at).date() == day
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY
    rita.seats.update(ended_at=timezone.now() - timedelta(seconds=1))
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            ["A signé en vertu de\u00a0:", "Délibération", "12 juin 2026", "lire l’acte (PDF)"],
        ),
        ("en", ["Authority to sign:", "Council resolution", "read the act (PDF)"]),
    ],
)
def test_a_contact_reads_by_what_authority_someone_signed_before_confirming_them(
    rita, claire, town, browser_of, language, words
):
    act = SimpleUploadedFile("acte.pdf", a_pdf(), "application/pdf")
    sent(browser_of(rita), rita, town, document=act)
    contact = browser_of(claire)
    contact.cookies["django_language"] = language
    text = contact.get(reverse("organisation-seats", args=[town.slug])).text
    card = text[text.index(f'id="siege-{rita.seats.get().pk}"') :].partition("</article>")[0]
    for said in (*words, "2026-41", "version"):
        assert said in card, said
    signature = rita.signatures.get()
    address = reverse("signature-act", args=[signature.pk])
    assert f'href="{address}"' in card
    assert b"".join(contact.get(address).streaming_content).startswith(b"%PDF")


def test_a_contact_reads_of_the_signature_for_their_organisation_only(
    rita, claire, town, jeanne, browser_of
):
    sent(browser_of(rita), rita, jeanne.seats.get().organisation, authority="office")
    sent(browser_of(rita), rita, town)
    text = browser_of(claire).get(reverse("organisation-seats", args=[town.slug])).text
    assert "Délibération" in text and "Représentant légal" not in text
