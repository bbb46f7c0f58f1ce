"""Signing beyond the first person: acts, countersigning, invitations, receipts, refusing."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from threading import Event
from time import sleep

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from accounts.admission.actions import invite_to_seat, verify_domain, withdraw_invitation
from accounts.admission.models import EmailDomain, Invitation
from accounts.charter import actions
from accounts.charter.actions import use_invitation
from accounts.charter.receipt import render_receipt
from accounts.charter.rendering import blocks, render
from accounts.models import (
    CharterVersion,
    College,
    ConfirmationMethod,
    Organisation,
    RegisterLine,
    Signature,
)
from accounts.organisations.actions import confirm_seat, end_seat
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rita(make_person):
    """Someone with a verified account and nothing else."""
    return verified(make_person("Rita Nouvelle"))


@pytest.fixture
def town(claire):
    """The organisation that Claire signed for; she is its contact."""
    claire.seats.update(is_contact=True)
    return claire.seats.get().organisation


def verified(person, email=None):
    EmailAddress.objects.create(
        user=person, email=email or person.email, verified=True, primary=True
    )
    return person


def a_pdf(pages=1):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=72, height=72)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def sent(client, person, town, **changed):
    """Sign for ``town`` through the form."""
    fields = {
        "version": "1.0", "college": town.college.slug, "organisation": town.name,
        "position": "Maire", "authority": "resolution", "authority_detail": "n° 2026-41",
        "act_date": "2026-06-12", "typed_name": person.full_name,
    }  # fmt: skip
    return client.post(reverse("sign-charter"), fields | changed)


def countersigned(client, person, town, address=None, **changed):
    """Countersign for ``town`` through its page."""
    fields = {"version": "1.0", "position": "Adjoint", "typed_name": person.full_name}
    fields |= changed
    return client.post(address or reverse("countersign", args=[town.slug]), fields)


# The act


def test_the_act_is_kept_with_its_hash_and_the_register_attests_it(
    rita, town, charter, browser_of
):
    act = a_pdf()
    upload = SimpleUploadedFile("délibération.pdf", act, "application/pdf")
    assert sent(browser_of(rita), rita, town, document=upload).status_code == 302
    signature = rita.signatures.get()
    assert signature.document_sha256 == hashlib.sha256(act).hexdigest()
    with signature.document.open() as kept:
        assert kept.read() == act
    line = RegisterLine.objects.get(signature=signature)
    assert signature.document_sha256 in line.content and "2026-06-12" in line.content


@pytest.mark.parametrize(
    "content", [b"GIF89a", b"%PDF-1.7 and then nothing", b"%PDF-" + bytes(500), b""]
)
def test_a_pdf_that_is_none_is_refused_beside_its_field_and_the_rest_is_kept(
    rita, town, charter, browser_of, content
):
    upload = SimpleUploadedFile("acte.pdf", content, "application/pdf")
    answer = sent(browser_of(rita), rita, town, document=upload, position="Gardé là")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["document"]
    assert "Gardé là" in answer.text
    assert not rita.signatures.exists()


def shut(password, owner="owner"):
    """A PDF that opens with ``password``, and gives more rights to who knows ``owner``."""
    writer = PdfWriter(clone_from=BytesIO(a_pdf()))
    writer.encrypt(password, owner, algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


#: A PDF that only the holder of a certificate opens.
CERTIFIED = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[]/Count 1>>\nendobj\n"
    b"5 0 obj\n<</Filter/Adobe.PubSec/V 4/SubFilter/adbe.pkcs7.s5>>\nendobj\n"
    b"trailer\n<</Size 6/Root 1 0 R/Encrypt 5 0 R/ID[<00><00>]>>\nstartxref\n0\n%%EOF"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (shut("secret"), "est protégé"),
        (CERTIFIED, "est protégé"),
        (a_pdf() + bytes(5 * 2**20), "plus de 5 Mo"),
    ],
    ids=["password", "certificate", "large"],
)
def test_a_pdf_that_is_protected_or_too_large_is_refused_and_the_rest_is_kept(
    rita, town, charter, browser_of, content, said
):
    upload = SimpleUploadedFile("acte.pdf", content, "application/pdf")
    answer = sent(browser_of(rita), rita, town, document=upload, position="Gardé là")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["document"]
    assert said in answer.context["form"].errors["document"][0]
    assert "Gardé là" in answer.text


def test_a_pdf_that_one_may_read_but_not_copy_is_taken(rita, town, charter, browser_of):
    upload = SimpleUploadedFile("acte.pdf", shut(""), "application/pdf")
    assert sent(browser_of(rita), rita, town, document=upload).status_code == 302


@pytest.mark.parametrize("surface", ["signature-act", "receipt"])
def test_who_signed_the_contact_and_animators_read_the_papers_and_nobody_knows_of_them_else(
    rita, town, claire, jeanne, lucie, charter, browser_of, surface
):
    upload = SimpleUploadedFile("acte.pdf", a_pdf(), "application/pdf")
    sent(browser_of(rita), rita, town, document=upload)
    address = reverse(surface, args=[rita.signatures.get().pk])
    for person in (rita, claire, lucie):
        answer = browser_of(person).get(address)
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        answer.close()
    missing = reverse(surface, args=[9_999_999])
    for person in (jeanne,):
        answers = [browser_of(person).get(it) for it in (address, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert browser_of(None).get(address).status_code == 302
    claire.seats.update(ended_at=timezone.now())
    assert browser_of(claire).get(address).status_code == 404


# The receipt


def test_the_receipt_holds_the_whole_text_its_hash_and_the_signature(
    claire, charter, town, browser_of
):
    signature = claire.signatures.get()
    Signature.objects.filter(pk=signature.pk).update(
        typed_name="Zoé Łukaszewska-Ő’Brien 中", authority_detail="n° 2026-41"
    )
    answer = browser_of(claire).get(reverse("receipt", args=[signature.pk]))
    said = "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "Charte 1" in said and "Sobriété." in said
    assert charter.sha256 in said.replace("\n", "")
    assert town.name in said.replace("\n", " ") and "n° 2026-41" in said
    assert "Zoé Łukaszewska" in said


def test_the_receipt_of_a_countersignature_says_on_which_act_it_rests(
    claire, make_person, town, browser_of
):
    joined = claire.signatures.get()
    Signature.objects.filter(pk=joined.pk).update(
        authority="resolution", authority_detail="nº 2026-41", typed_name="Claire Le Bihan"
    )
    colleague = make_person("Yann Adjoint")
    factories.create_seat(colleague, factories.AUTHORITIES, organisation=town)
    own = colleague.signatures.get()
    Signature.objects.filter(pk=own.pk).update(
        authority="countersignature", countersigns=joined
    )
    answer = browser_of(colleague).get(reverse("receipt", args=[own.pk]))
    said = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "Contresignature" in said and "Claire Le Bihan" in said
    assert "Délibération, nº 2026-41" in said and "français" in said


def test_a_receipt_s_articles_bear_their_numbers():
    text = (
        "# Charte\n\nPréambule.\n\n3. **Trois.** Et\n   la suite.\n4. Quatre.\n\n- un point\n"
    )
    assert blocks(text) == [
        ("h1", "Charte"),
        ("p", "Préambule."),
        ("li", "3. <b>Trois.</b> Et la suite."),
        ("li", "4. Quatre."),
        ("li", "• un point"),
    ]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Avant\n\n    En retrait\n\nAprès", ["Avant", "En retrait ", "Après"]),
        ("```\nEntre < clôtures\n```", ["Entre &lt; clôtures "]),
        ('[ici](https://exemple.fr "Titre")', ['<a href="https://exemple.fr">ici</a>']),
        ("[ici](#ancre) et [là](/charte/)", ["ici et là"]),
        ("[ici](mailto:a@b.fr)", ["ici"]),
        ("1. # Titre", ["1. Titre"]),
        ("1. - deux", ["1. • deux"]),
    ],
)
def test_a_receipt_says_what_the_page_shows_and_leads_to_the_web_only(text, drawn):
    assert [markup for _kind, markup in blocks(text)] == drawn


_MARKS = [
    *("\n", "\n\n", "    ", "```\n", "# ", "- ", "1. ", "> ", "*", "**", "_", "`", "[", "]: "),
    *("](", "#a)", "https://b.fr)", ' "t")', "<", "&amp;", "&", "\\", "  \n", "---\n"),
]


@given(st.lists(st.sampled_from(_MARKS) | st.text("abcé’«", min_size=1, max_size=9)))
def test_whatever_the_text_its_receipt_is_made_and_has_every_word_of_the_page(pieces):
    text = "".join(pieces)
    signature = Signature(version=CharterVersion(text=text, adopted_on=date(2026, 6, 1)))
    signature.organisation, signature.college = Organisation(name="X"), College(name="X")
    said = "".join(
        it.extract_text() for it in PdfReader(BytesIO(render_receipt(signature, None))).pages
    )
    shown = re.sub(r"<[^>]*>", " ", render(text))
    for word in re.findall(r"[^\W\d_]+", unescape(shown)):
        assert word in re.sub(r"[\s\d]", "", said)


# Countersigning


def test_a_further_person_countersigns_in_one_step(rita, town, claire, charter, browser_of):
    answer = countersigned(browser_of(rita), rita, town)
    assert answer.status_code == 302
    signature = rita.signatures.get()
    assert signature.countersigns == claire.signatures.get()
    assert signature.authority == "countersignature"
    assert viewer_of_person(rita).level == AccessLevel.MEMBER


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
        assert {(it.status_code, it.url) for it in answers} == {(302, reverse("home"))}
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


# Invitations


@pytest.fixture
def invitation(town, claire, rita):
    """Claire invites Rita."""
    return Invitation.objects.create(
        organisation=town, email=rita.email, invited_by=claire,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip


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
    assert viewer_of_person(rita).level == AccessLevel.COLLEGE_MEMBER
    again = browser_of(rita).get(invitation.get_absolute_url())
    assert again.status_code == 410 and "a déjà servi" in again.text


def test_an_invitation_taken_up_twice_by_one_form_leads_to_one_page(
    rita, town, invitation, browser_of
):
    address = invitation.get_absolute_url()
    answers = [countersigned(browser_of(rita), rita, town, address) for _time in range(2)]
    assert {(it.status_code, it.url) for it in answers} == {(302, reverse("home"))}
    assert rita.signatures.count() == rita.seats.count() == 1


def test_who_has_signed_and_waits_takes_up_an_invitation(rita, town, invitation, browser_of):
    sent(browser_of(rita), rita, town)
    assert viewer_of_person(rita).level == AccessLevel.MEMBER
    countersigned(browser_of(rita), rita, town, invitation.get_absolute_url())
    assert viewer_of_person(rita).level == AccessLevel.COLLEGE_MEMBER
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


# Domains


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


# Coming back


@pytest.fixture
def sent_away(rita, town, claire, charter, browser_of):
    """Rita, whose mandate Claire has ended; her address is of a domain of the town's."""
    EmailDomain.objects.create(
        organisation=town, domain="exemple.fr", verified_at=timezone.now()
    )
    countersigned(browser_of(rita), rita, town)
    assert viewer_of_person(rita).level == AccessLevel.COLLEGE_MEMBER
    end_seat(rita.seats.get(), claire)
    return rita


@pytest.mark.parametrize("admission", ["review", "open"])
def test_who_was_sent_away_waits_however_often_they_sign_again(
    sent_away, town, browser_of, settings, admission
):
    settings.FORUM_ADMISSION = admission
    for _time in range(2):
        assert countersigned(browser_of(sent_away), sent_away, town).status_code == 302
        assert viewer_of_person(sent_away).level == AccessLevel.MEMBER
    end_seat(sent_away.seats.last(), sent_away)
    countersigned(browser_of(sent_away), sent_away, town)
    assert viewer_of_person(sent_away).level == AccessLevel.MEMBER


def test_a_domain_that_is_verified_brings_nobody_back_who_was_sent_away(
    sent_away, make_person, lucie, town, browser_of
):
    EmailDomain.objects.update(verified_at=None)
    other = verified(make_person("Mona Patiente"))
    for person in (sent_away, other):
        countersigned(browser_of(person), person, town)
    verify_domain(EmailDomain.objects.get(), lucie)
    assert viewer_of_person(sent_away).level == AccessLevel.MEMBER
    assert viewer_of_person(other).level == AccessLevel.COLLEGE_MEMBER


def test_leaving_earlier_than_others_said_is_no_way_back_in(rita, town, claire, browser_of):
    countersigned(browser_of(rita), rita, town)
    confirm_seat(rita.seats.get(), claire)
    end_seat(rita.seats.get(), claire, timezone.now() + timedelta(days=3))
    end_seat(rita.seats.get(), rita)
    EmailDomain.objects.create(
        organisation=town, domain="exemple.fr", verified_at=timezone.now()
    )
    countersigned(browser_of(rita), rita, town)
    assert viewer_of_person(rita).level == AccessLevel.MEMBER


def test_an_invitation_brings_back_who_was_sent_away_and_leaving_by_oneself_shuts_nothing(
    sent_away, town, invitation, browser_of
):
    countersigned(browser_of(sent_away), sent_away, town, invitation.get_absolute_url())
    assert viewer_of_person(sent_away).level == AccessLevel.COLLEGE_MEMBER
    end_seat(sent_away.seats.last(), sent_away)
    countersigned(browser_of(sent_away), sent_away, town)
    assert sent_away.seats.last().confirmation_method == ConfirmationMethod.DOMAIN


# Mandates


def test_a_mandate_ends_by_itself_on_the_day_that_was_given(rita, town, browser_of):
    day = timezone.localdate() + timedelta(days=30)
    countersigned(browser_of(rita), rita, town, until=day.isoformat())
    seat = rita.seats.get()
    assert timezone.localtime(seat.ended_at).date() == day
    assert viewer_of_person(rita).level == AccessLevel.MEMBER
    rita.seats.update(ended_at=timezone.now() - timedelta(seconds=1))
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED


# Refusing


def test_refusing_a_version_is_a_choice_that_keeps_the_way_back(
    claire, charter, town, browser_of
):
    version = factories.create_charter(2, binding_from=timezone.now() + timedelta(days=30))
    assert viewer_of_person(claire).sign_before == version.binding_from
    client = browser_of(claire)
    assert "Ce qui a changé" in client.get(reverse("charter")).text
    refused = client.post(reverse("refuse-charter"), {"version": "2.0"})
    assert refused.status_code == 302
    assert viewer_of_person(claire).sign_before is None
    assert viewer_of_person(claire).is_member  # Until the grace period ends.
    factories.CharterVersion.objects.filter(pk=version.pk).update(binding_from=timezone.now())
    assert viewer_of_person(claire).level == AccessLevel.REGISTERED
    page = client.get(reverse("charter"))
    assert page.context["charter_status"].state == "refused"
    assert sent(client, claire, town, version="2.0").status_code == 302
    assert viewer_of_person(claire).level == AccessLevel.COLLEGE_MEMBER


def test_nobody_is_asked_to_sign_again_who_has_nothing_to_sign(claire, charter, browser_of):
    assert viewer_of_person(claire).sign_before is None
    assert browser_of(claire).get(reverse("refuse-charter")).status_code == 302
    factories.create_charter(2, is_substantive=False)
    assert viewer_of_person(claire).sign_before is None
    assert Organisation.objects.count() == 1


def test_nobody_refuses_a_version_that_they_have_not_seen(claire, charter, browser_of):
    factories.create_charter(2)
    page, address = browser_of(claire), reverse("refuse-charter")
    assert 'name="version" value="2.0"' in page.get(address).text
    factories.create_charter(3)
    answer = page.post(address, {"version": "2.0"})
    assert answer.status_code == 409 and "c’est la version 3.0" in answer.text
    assert not claire.refusals.exists()
    assert page.post(address, {"version": "3.0"}).status_code == 302
    assert {one.version.name for one in claire.refusals.all()} == {"2.0", "3.0"}
