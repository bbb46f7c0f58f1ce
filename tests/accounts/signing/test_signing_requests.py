"""I prepare, the legal representative signs: by a mailed link, once, and nobody else."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.base.rate_limits import RateLimit
from accounts.charter.actions import CannotSign
from accounts.charter.signing_requests import views
from accounts.charter.signing_requests.actions import (
    purge_requests,
    renew_request,
    sign_request,
    withdraw_request,
)
from accounts.charter.signing_requests.models import SigningRequest
from accounts.charter.signing_requests.tasks import delete_old_requests
from accounts.models import Organisation, Signature, User
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories
from tests.accounts.signing.forms import (
    MAYOR,
    a_pdf,
    countersigned,
    mailed_link,
    prepared,
    signed,
    verified,
)
from tests.page_elements import without_term_links

pytestmark = pytest.mark.django_db


def test_the_representative_reads_what_they_sign_and_signs_without_an_account(
    page, link, rita, charter, browser_of
):
    guest = browser_of(None)
    text = guest.get(link).text
    for shown in ("Rita Nouvelle", "Commune de Saint-Éloi", "n° 2026-41", "12 juin 2026",
                  "Délibération", charter.text.split("\n")[-1]):  # fmt: skip
        assert shown in text
    assert signed(guest, link).url == link
    mayor = User.objects.get(email=MAYOR.casefold())
    signature = mayor.signatures.get()
    assert (signature.typed_name, signature.authority, signature.authority_detail) == (
        "Édith Maréchal", "resolution", "n° 2026-41",
    )  # fmt: skip
    assert signature.organisation == Organisation.objects.get(name="Commune de Saint-Éloi")
    assert mayor.seats.get().confirmed_at is None  # As of anyone who signs first.
    assert not mayor.has_usable_password()
    assert EmailAddress.objects.get(user=mayor).verified
    assert "_auth_user_id" not in guest.session  # A mailed link signs, and signs nobody in.


def test_its_mail_says_which_network_asks_what_it_costs_and_who_can_be_asked_about_it(
    link, rita, browser_of, settings
):
    request = mail.outbox[-1]
    signed(browser_of(None), link)
    receipt = next(it for it in mail.outbox if it.attachments)
    assert request.subject == "Rita Nouvelle vous demande de signer pour Commune de Saint-Éloi"
    for letter, words in (
        (request, ("Bonjour Édith Maréchal,", rita.email, "gratuit", "peut être retirée")),
        (receipt, ("Bonjour Édith Maréchal,", "Rita Nouvelle en est averti")),
    ):
        for body in (letter.body, letter.alternatives[0].content):
            for shown in (settings.FORUM_NETWORK, *words):
                assert shown in body, (letter.subject, shown)


def test_who_reads_english_has_the_translation_and_the_french_that_is_signed(
    link, charter, browser_of
):
    type(charter).objects.update(text_en="## Charter\n\nSufficiency.")
    guest = browser_of(None)
    guest.cookies["django_language"] = "en"
    text = guest.get(link).text
    assert "Sufficiency." in text and "Sobriété." in text
    assert "Council resolution" in text or "Resolution" in text


def test_every_page_that_tells_of_the_link_says_that_signing_opens_an_account(
    page, link, browser_of
):
    told = (
        (page, reverse("prepare-signature"), "signer lui en ouvre un"),
        (page, reverse("sign-charter"), "ce qui lui ouvre un compte si elle n’en a pas"),
        (browser_of(None), link, "Signer ouvre un compte à ce nom"),
    )
    for browser, address, words in told:
        text = " ".join(without_term_links(browser.get(address).text).split())
        assert words in text, address
        assert "sans avoir de compte" not in text and "sont effacés ensuite" not in text


def test_then_the_preparer_is_told_and_takes_their_seat_by_countersigning(
    page, link, rita, browser_of
):
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED
    signed(browser_of(None), link)
    letter = mail.outbox[-1]
    assert letter.to == [rita.email] and "contresigner" in letter.body
    town = Organisation.objects.get(name="Commune de Saint-Éloi")
    assert reverse("countersign", args=[town.slug]) in letter.body
    assert "À vous de " in page.get(reverse("joining-steps")).text
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED  # Nobody signs for her.
    assert countersigned(page, rita, town).status_code == 302
    assert rita.signatures.get().countersigns == Signature.objects.get(authority="resolution")
    assert rita.seats.get().confirmed_at is None
    assert viewer_of_person(rita).level == AccessLevel.SIGNATORY
    assert "À vous de " not in page.get(reverse("joining-steps")).text


def test_who_is_to_countersign_is_told_that_alone(page, link, rita, browser_of):
    signed(browser_of(None), link)
    countersign = reverse("countersign", args=["commune-de-saint-eloi"])

    for address in ("/", reverse("charter")):
        text = page.get(address).text
        assert countersign in text, address
        assert "La charte vous ouvre" not in text and "Je signe la charte" not in text, address
    assert "Je signe la charte" in page.get(reverse("sign-charter")).text


def test_where_seats_are_open_both_are_confirmed_as_they_sign(
    page, link, rita, settings, browser_of
):
    settings.FORUM_ADMISSION = "open"
    signed(browser_of(None), link)
    town = Organisation.objects.get(name="Commune de Saint-Éloi")
    countersigned(page, rita, town)
    assert town.seats.filter(confirmed_at__isnull=False).count() == 2


def test_who_prepared_countersigns_for_a_new_organisation_that_looks_for_sponsors(
    page, link, rita, settings, browser_of
):
    settings.FORUM_ADMISSION = "sponsored"
    signed(browser_of(None), link)
    town = Organisation.objects.get(name="Commune de Saint-Éloi")
    assert town.admitted_at is None
    assert countersigned(page, rita, town).status_code == 302
    assert viewer_of_person(rita).level == AccessLevel.REGISTERED


def test_opening_the_page_signs_nothing_and_a_link_serves_once(link, browser_of):
    guest = browser_of(None)
    for _time in range(2):
        assert guest.get(link).status_code == guest.head(link).status_code == 200
    assert not Signature.objects.filter(authority="resolution").exists()
    signed(guest, link)
    assert signed(guest, link, typed_name="Une Autre").status_code == 200
    again = browser_of(None).get(link)
    assert "La charte est signée" in again.text
    assert "Saint-Éloi" not in again.text and "Édith" not in again.text
    assert Signature.objects.filter(authority="resolution").count() == 1


def test_who_has_signed_by_a_link_reads_what_follows_for_whom_and_where_to_read_it_again(
    page, link, rita, charter, browser_of
):
    guest = browser_of(None)
    signed(guest, link)
    signature = Signature.objects.get(authority="resolution")
    for _time in range(2):  # It stays as the page is loaded anew.
        said = guest.get(link).text
        assert said.count("Vous avez signé la charte au nom de") == 1
        assert reverse("receipt", args=[signature.pk]) in said
        assert charter.get_absolute_url() in said
        assert rita.full_name in said and "contresignera" in said
        assert reverse("account_request_login_code") in said


@pytest.mark.parametrize("how", ["withdrawn", "renewed", "expired", "signed"])
def test_a_request_that_ended_while_its_page_was_open_signs_nothing(
    page, link, rita, charter, browser_of, how
):
    one = SigningRequest.objects.get()  # As the page had read it.
    if how == "withdrawn":
        withdraw_request(one.pk, rita)
    elif how == "renewed":
        renew_request(one.pk, rita)
    elif how == "expired":
        SigningRequest.objects.update(expires_at=timezone.now())
    else:
        signed(browser_of(None), link)
    before = Signature.objects.count()
    with pytest.raises(CannotSign):
        sign_request(
            one, version=charter, person=None, typed_name="Édith Maréchal", position="Maire"
        )
    assert Signature.objects.count() == before


@pytest.mark.parametrize(
    "how", ["withdrawn", "renewed", "expired", "forged", "suspended", "nothing"]
)
def test_a_link_that_is_void_says_the_same_whatever_became_of_it_and_signs_nothing(
    page, link, rita, browser_of, how
):
    one = SigningRequest.objects.get()
    if how == "withdrawn":
        page.post(reverse("withdraw-signing-request", args=[one.pk]))
        assert not SigningRequest.objects.exists()
    elif how == "renewed":
        page.post(reverse("renew-signing-request", args=[one.pk]))
        assert mailed_link() != link
        assert browser_of(None).get(mailed_link()).status_code == 200
    elif how == "expired":
        SigningRequest.objects.update(expires_at=timezone.now())
    elif how == "suspended":
        type(rita).objects.filter(pk=rita.pk).update(suspended_at=timezone.now())
    elif how == "forged":
        link = f"{link[:-3]}AA/"
    else:
        link = reverse("signing-request", args=["mot"])
    guest = browser_of(None)
    answers = guest.get(link), signed(guest, link)
    nothing = guest.get(reverse("signing-request", args=["9-9.abc"]))
    for answer in answers:
        assert answer.status_code == 410
        assert hidden(answer.text) == hidden(nothing.text)
    assert guest.get(f"{link}acte/").status_code == 404
    assert not Signature.objects.filter(authority="resolution").exists()


def hidden(text):
    """A page without its tokens and its own address."""
    return re.sub(r'nonce="[^"]*"|value="[^"]*"|/charte/demandes/[^"]*', "", text)


def test_the_link_is_shown_to_nobody_not_even_to_who_prepared_it(page, link, rita):
    token = link.split("/")[-2]
    for name in ("charter", "joining-steps", "account", "data-export", "inbox"):
        assert token not in page.get(reverse(name)).getvalue().decode(), name
    stored = SigningRequest.objects.values().get()
    assert token.rpartition(".")[2] not in str(stored)


def test_who_has_the_address_signs_in_and_others_are_told_nothing(
    page, link, rita, make_person, browser_of
):
    mayor = verified(make_person("Édith Maréchal"), MAYOR.casefold())
    text = browser_of(None).get(link).text
    assert "Connectez-vous pour signer" in text and 'name="typed_name"' not in text
    assert signed(browser_of(None), link).status_code == 200
    for other in (page, browser_of(make_person("Un Autre"))):
        answer = other.get(link)
        assert answer.status_code == 403 and "Saint-Éloi" not in answer.text
        assert signed(other, link).status_code == 403
    assert not Signature.objects.filter(authority="resolution").exists()
    assert signed(browser_of(mayor), link).status_code == 302
    assert mayor.signatures.get().typed_name == "Édith Maréchal"


def test_an_address_that_began_to_sign_up_signs_in_first(page, link, make_person, browser_of):
    EmailAddress.objects.create(
        user=make_person("Pas Encore"), email=MAYOR.casefold(), verified=False
    )
    assert "Connectez-vous pour signer" in browser_of(None).get(link).text
    assert signed(browser_of(None), link).status_code == 200
    assert not Signature.objects.filter(authority="resolution").exists()


def test_a_charter_that_changed_meanwhile_is_read_before_it_is_signed(link, browser_of):
    factories.create_charter(2)
    answer = signed(browser_of(None), link, position="Gardé là")
    assert answer.status_code == 422 and "Gardé là" in answer.text
    assert "Charte 2" in answer.text and 'name="version" value="2.0"' in answer.text


def test_declining_deletes_the_request_and_tells_who_prepared_it(link, rita, browser_of):
    assert browser_of(None).post(link, {"decline": "1"}).status_code == 302
    assert not SigningRequest.objects.exists()
    assert mail.outbox[-1].to == [rita.email] and "ne signera pas" in mail.outbox[-1].body


def test_the_act_is_read_before_it_is_signed_and_goes_with_the_signature(page, browser_of):
    act = a_pdf()
    prepared(page, document=SimpleUploadedFile("acte.pdf", act, "application/pdf"))
    link, guest = mailed_link(), browser_of(None)
    assert b"".join(guest.get(f"{link}acte/").streaming_content) == act
    signed(guest, link)
    signature = Signature.objects.get(authority="resolution")
    with signature.document.open() as kept:
        assert kept.read() == act
    assert guest.get(f"{link}acte/").status_code == 404
    SigningRequest.objects.update(expires_at=timezone.now() - timedelta(days=31))
    purge_requests()
    assert signature.document.storage.exists(signature.document.name)


@pytest.mark.parametrize("how", ["withdraw", "decline", "replace", "purge"])
def test_an_act_that_nobody_signed_leaves_no_file(page, browser_of, how):
    prepared(page, document=SimpleUploadedFile("acte.pdf", a_pdf(), "application/pdf"))
    one = SigningRequest.objects.get()
    assert one.document.storage.exists(one.document.name)
    if how == "withdraw":
        page.post(reverse("withdraw-signing-request", args=[one.pk]))
    elif how == "decline":
        browser_of(None).post(mailed_link(), {"decline": "1"})
    elif how == "replace":
        prepared(page)
    else:
        SigningRequest.objects.update(expires_at=timezone.now() - timedelta(days=31))
        delete_old_requests.call()
    assert not one.document.storage.exists(one.document.name)


def test_the_address_is_held_until_it_has_served_and_all_of_it_for_60_days(
    page, link, browser_of
):
    one = SigningRequest.objects.get()
    assert one.email == MAYOR.casefold()
    lasts = one.expires_at - timezone.now()
    assert lasts <= timedelta(days=30)
    signed(browser_of(None), link)
    assert SigningRequest.objects.get().email == ""
    assert purge_requests(one.expires_at + timedelta(days=29)) == 0
    assert purge_requests(one.expires_at + timedelta(days=30, seconds=1)) == 1


def test_preparing_twice_is_one_request_and_the_newer_values(page):
    for position in ("Maire", "Première adjointe"):
        prepared(page, position=position)
    assert SigningRequest.objects.get().position == "Première adjointe"
    assert len(mail.outbox) == 2 and mailed_link(0) != mailed_link(1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "rita.nouvelle@exemple.fr"}, "email"),
        ({"email": "pas une adresse"}, "email"),
        ({"full_name": "…"}, "full_name"),
        ({"position": ""}, "position"),
        ({"authority": ""}, "authority"),
        ({"authority_detail": ""}, "authority_detail"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(page, changed, field):
    answer = prepared(page, **changed)
    assert answer.status_code in (403, 422)
    assert list(answer.context["form"].errors) == [field]
    assert "Commune de Saint-Éloi" in answer.text
    assert not mail.outbox


def test_where_somebody_signed_already_one_countersigns(page, town):
    answer = prepared(page, organisation=town.name)
    assert answer.status_code == 403
    assert "contresigner" in answer.context["form"].errors["organisation"][0]
    assert not SigningRequest.objects.exists()


def test_mails_to_one_address_are_few(page, monkeypatch):
    monkeypatch.setattr(views, "REQUESTS", RateLimit("request-signature", "9/h/user,1/h/key"))
    assert prepared(page).status_code == 302
    answer = prepared(page, position="Gardé là", organisation="Commune de Saint-Éloi")
    assert answer.status_code == 429 and "Gardé là" in answer.text
    page.post(reverse("renew-signing-request", args=[SigningRequest.objects.get().pk]))
    assert len(mail.outbox) == 1
    assert prepared(page, email="autre@saint-eloi.example").status_code == 302


def test_requests_of_others_do_not_exist(page, link, jeanne, browser_of):
    one = SigningRequest.objects.get()
    for name in ("withdraw-signing-request", "renew-signing-request"):
        for pk in (one.pk, 9_999_999):
            assert browser_of(jeanne).post(reverse(name, args=[pk])).status_code == 404
        assert browser_of(jeanne).get(reverse(name, args=[one.pk])).status_code == 405
    assert SigningRequest.objects.get().number == one.number


def test_asking_for_what_is_not_there_is_not_asking_too_often(page, monkeypatch):
    monkeypatch.setattr(views, "REQUESTS", RateLimit("request-signature", "1/h/user,1/h/key"))
    for _time in range(3):
        missing = page.post(reverse("renew-signing-request", args=[9_999_999]))
        assert missing.status_code == 404
    assert prepared(page).status_code == 302


def test_what_was_typed_when_the_session_had_ended_is_there_after_sign_in(
    rita, charter, departments, browser_of
):
    client = browser_of(None)
    assert prepared(client, position="Gardé là").url.startswith(reverse("account_login"))
    client.force_login(rita)
    assert "Gardé là" in client.get(reverse("prepare-signature")).text
