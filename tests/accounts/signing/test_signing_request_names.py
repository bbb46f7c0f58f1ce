"""A prepared signature: given by the person it is for; animators see who prepared it."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.charter.signing_requests.models import SigningRequest
from accounts.models import Signature
from tests.accounts.signing.forms import MAYOR, sent, signed, verified

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["Zorro Dupont", "Édith", "Maréchal", "Édith Maréchale", "…"])
def test_only_the_name_that_the_preparer_gave_signs(link, browser_of, typed):
    answer = signed(browser_of(None), link, typed_name=typed, position="Gardé là")
    assert answer.status_code == 422 and "Gardé là" in answer.text
    said = answer.context["form"].errors["typed_name"][0]
    assert "Édith Maréchal" in said
    assert "Demandez à Rita Nouvelle de refaire la demande à votre nom." in said
    assert not Signature.objects.filter(authority="resolution").exists()
    assert SigningRequest.objects.get().signed_at is None


@pytest.mark.parametrize("typed", ["Édith Maréchal", "edith  marechal", "ÉDITH MARÉCHAL"])
def test_the_name_signs_however_it_is_spelled_and_the_mail_says_the_same_name(
    link, browser_of, typed
):
    assert signed(browser_of(None), link, typed_name=typed).status_code == 302
    assert Signature.objects.get(authority="resolution").typed_name == " ".join(typed.split())
    assert "par Édith Maréchal" in mail.outbox[-1].body


def test_the_page_says_whose_name_is_asked_and_what_another_person_does(link, browser_of):
    text = browser_of(None).get(link).text
    assert "Vous n’êtes pas Édith Maréchal" in text
    assert "Demandez à Rita Nouvelle de refaire la demande à votre nom." in text
    english = browser_of(None)
    english.cookies["django_language"] = "en"
    assert "Ask Rita Nouvelle" in english.get(link).text
    answer = signed(english, link, typed_name="Zorro Dupont")
    assert "Ask Rita Nouvelle" in answer.context["form"].errors["typed_name"][0]


def test_an_account_of_another_name_does_not_sign_in_place_of_who_was_named(
    link, make_person, browser_of
):
    other = verified(make_person("Zorro Dupont"), MAYOR.casefold())
    for typed in ("Zorro Dupont", "Édith Maréchal"):
        answer = signed(browser_of(other), link, typed_name=typed)
        assert answer.status_code == 422
        assert "refaire la demande" in answer.context["form"].errors["typed_name"][0]
    assert not other.signatures.exists()


def test_who_decides_about_the_seat_sees_who_prepared_the_signature(link, lucie, browser_of):
    signed(browser_of(None), link)
    desk = browser_of(lucie).get(reverse("seats")).text
    assert "signature préparée par Rita Nouvelle" in desk
    english = browser_of(lucie)
    english.cookies["django_language"] = "en"
    assert "signature prepared by Rita Nouvelle" in english.get(reverse("seats")).text


def test_a_signature_that_nobody_prepared_says_nothing_of_it(rita, town, lucie, browser_of):
    sent(browser_of(rita), rita, town)
    desk = browser_of(lucie).get(reverse("seats")).text
    assert "Rita Nouvelle" in desk and "préparée par" not in desk
