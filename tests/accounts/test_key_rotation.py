"""The site's key can be turned: nobody is signed out, and second factors stay."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from accounts.viewers.viewers import authenticate_sessions
from tests.accounts.second_factor_helpers import prove_address

pytestmark = pytest.mark.django_db
PASSWORD = "fort-et-long-42"


@pytest.fixture
def page(jeanne):
    """Jeanne's browser, signed in, with an application of codes."""
    EmailAddress.objects.create(user=jeanne, email=jeanne.email, verified=True, primary=True)
    page = Client()
    page.post(reverse("account_login"), {"login": jeanne.email, "password": PASSWORD})
    page.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    prove_address(page)
    page.secret = page.get(reverse("mfa_activate_totp")).context["form"].secret
    page.post(reverse("mfa_activate_totp"), {"code": code_of(page.secret)})
    cache.clear()
    return page


def code_of(secret):
    """What an application shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def turn(settings, keep):
    """Give the site another key; the old one among the fallbacks if ``keep``."""
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 60
    settings.SECRET_KEY_FALLBACKS = [old] if keep else []


def sign_in(person, secret):
    """Sign in with password and code; whether that worked."""
    page = Client()
    page.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    page.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    return page.get(reverse("account")).status_code == 200


def test_sessions_and_second_factors_outlive_a_new_key(page, jeanne, settings):
    turn(settings, keep=True)

    key = page.session.session_key
    assert authenticate_sessions([key])[key].viewer.is_member
    assert page.get(reverse("account")).status_code == 200
    assert sign_in(jeanne, page.secret)


def test_a_session_that_was_used_since_needs_the_old_key_no_more(page, settings):
    turn(settings, keep=True)
    page.get(reverse("account"))
    settings.SECRET_KEY_FALLBACKS = []

    assert page.get(reverse("account")).status_code == 200


def test_second_factors_are_encrypted_anew_and_need_the_old_key_no_more(
    page, jeanne, settings, capsys
):
    turn(settings, keep=True)
    call_command("reencrypt_second_factors")
    assert "2 encrypted" in capsys.readouterr().out  # The application, and recovery codes.
    settings.SECRET_KEY_FALLBACKS = []

    assert sign_in(jeanne, page.secret)


def test_a_key_that_leaked_is_of_no_use_once_it_is_gone(page, jeanne, settings):
    turn(settings, keep=False)

    assert page.get(reverse("account")).status_code == 302
    assert Session.objects.filter(person=jeanne).exists()
    assert not sign_in(jeanne, page.secret)


def test_encrypting_anew_leaves_what_no_key_reads(jeanne, settings):
    factor = Authenticator.objects.create(user=jeanne, type="totp", data={"secret": "inconnu"})
    call_command("reencrypt_second_factors")

    factor.refresh_from_db()
    assert factor.data == {"secret": "inconnu"}
