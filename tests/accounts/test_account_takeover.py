"""What a stranger who came first, with one's address or password, is left with: nothing."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.factor_waits.actions import confirm_factor
from accounts.models import Session, User
from accounts.viewers.viewers import authenticate_sessions

pytestmark = pytest.mark.django_db
ADDRESS = "nadia.guerin@exemple.fr"
STRANGERS = "mot-de-passe-du-voleur"
PASSWORD = "fort-et-long-42"


def code():
    """The code in the last mail."""
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.M)[0]


def is_signed_in(page):
    """Whether ``page`` reads its account page, which guests are sent away from."""
    return page.get(reverse("account")).status_code == 200


@pytest.fixture
def stranger():
    """The browser of someone who signed up with Nadia's address and could not verify it."""
    page = Client()
    fields = {"full_name": "Gaston Voleur", "email": ADDRESS, "password1": STRANGERS}
    page.post(reverse("account_signup"), fields)
    cache.clear()  # A few minutes later.
    return page


def enter_by_code():
    """The browser of Nadia, who reads her mail and enters by a code."""
    page = Client()
    answer = page.post(reverse("account_request_login_code"), {"email": ADDRESS})
    page.post(answer.url, {"code": code()})
    return page


def test_who_enters_by_code_does_not_inherit_a_strangers_password(stranger, charter):
    page = enter_by_code()
    assert is_signed_in(page)

    person = User.objects.get(email=ADDRESS)
    assert not person.check_password(STRANGERS)
    assert person.full_name == "Nouveau membre"
    thief = Client()
    thief.post(reverse("account_login"), {"login": ADDRESS, "password": STRANGERS})
    assert not is_signed_in(thief)


def test_they_are_told_that_someone_signed_up_with_their_address(stranger, charter):
    assert "Quelqu’un s’était inscrit avec votre adresse" in enter_by_code().get("/").text


@pytest.mark.parametrize("name", ["account_email_verification_sent", "account_login"])
def test_the_strangers_own_page_leads_nowhere_then(stranger, charter, name):
    enter_by_code()
    stranger.get(reverse(name))
    stranger.post(reverse(name), {"code": code(), "login": ADDRESS, "password": STRANGERS})

    assert not is_signed_in(stranger)


def test_who_verifies_in_the_browser_where_they_signed_up_keeps_their_password(charter):
    page = Client()
    fields = {"full_name": "Nadia Guérin", "email": ADDRESS, "password1": PASSWORD}
    page.post(page.post(reverse("account_signup"), fields).url, {"code": code()})

    person = User.objects.get(email=ADDRESS)
    assert person.check_password(PASSWORD) and person.full_name == "Nadia Guérin"


def test_a_verified_account_keeps_its_password_whoever_enters_by_code(make_person):
    person = make_person("Nadia Guérin")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    page = Client()
    answer = page.post(reverse("account_request_login_code"), {"email": person.email})
    page.post(answer.url, {"code": code()})

    assert is_signed_in(page)
    person.refresh_from_db()
    assert person.check_password(PASSWORD) and person.full_name == "Nadia Guérin"


# ------------------------------------------------------------- the second factor


@pytest.fixture
def animator(lucie):
    """Lucie, who animates once she has a second factor; she has none yet."""
    lucie.authenticator_set.all().delete()
    EmailAddress.objects.create(user=lucie, email=lucie.email, verified=True, primary=True)
    return lucie


def sign_in(person):
    """A browser that signed in with the password alone."""
    page = Client()
    page.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return page


def set_up_application(page):
    """Set an application of codes up in ``page``; return its secret."""
    page.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page.post(reverse("prove-address"), {"next": reverse("mfa_activate_totp")})
    page.post(reverse("prove-address"), {"code": code()})
    secret = page.get(reverse("mfa_activate_totp")).context["form"].secret
    shown = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.post(reverse("mfa_activate_totp"), {"code": shown})
    return secret


def test_a_session_from_before_does_not_become_an_animators(animator):
    thief, page = sign_in(animator), sign_in(animator)
    stolen = thief.session.session_key
    assert is_signed_in(thief)
    set_up_application(page)
    confirm_factor(animator.pk, None)

    assert page.get(reverse("seats")).status_code == 200
    assert thief.get(reverse("seats")).status_code in (302, 404) and not is_signed_in(thief)
    assert not authenticate_sessions([stolen])[stolen].viewer.is_registered


def test_one_that_begins_in_that_moment_does_not_either(animator):
    """The thief's password was checked before the factor was there, the session came after."""
    page, thief = sign_in(animator), Client()
    before = User.objects.get(pk=animator.pk)
    set_up_application(page)
    thief.force_login(before)

    assert not is_signed_in(thief)


def test_who_set_it_up_stays_signed_in_where_they_did(animator):
    page = sign_in(animator)
    set_up_application(page)

    assert is_signed_in(page)
    assert [row.person for row in Session.objects.filter(person=animator)] == [animator]


def test_an_open_page_gives_an_account_without_a_password_none(jeanne, browser_of):
    jeanne.set_unusable_password()
    jeanne.save()
    EmailAddress.objects.update_or_create(
        user=jeanne, email=jeanne.email, defaults={"verified": True, "primary": True}
    )
    page, address = browser_of(jeanne), reverse("account_set_password")
    chosen = {"password1": "un autre long mot", "password2": "un autre long mot"}
    page.post(address, chosen)
    jeanne.refresh_from_db()
    assert not jeanne.has_usable_password()

    page.post(reverse("prove-address"), {"next": address})
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body)[0]
    assert page.post(reverse("prove-address"), {"next": address, "code": code}).url == address
    page.post(address, chosen)
    jeanne.refresh_from_db()
    assert jeanne.check_password("un autre long mot")
