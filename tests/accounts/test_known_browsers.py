"""Who signs in in a new browser is told by mail; in one they know, they are not."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.users.known_browsers import COOKIE

pytestmark = pytest.mark.django_db
SUBJECT = "Nouvelle connexion à votre compte"


@pytest.fixture
def nadia(make_person):
    """Someone who has had an account for a while."""
    person = make_person("Nadia Guérin", joined_at=timezone.now() - timedelta(days=30))
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(page, person, password="fort-et-long-42"):
    page.post(reverse("account_login"), {"login": person.email, "password": password})
    return page


def told():
    """To whom such a mail went."""
    return [message.to[0] for message in mail.outbox if message.subject == SUBJECT]


def test_a_new_browser_is_told_once_with_when_and_where(nadia):
    page = sign_in(
        Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/115.0"}), nadia
    )
    assert told() == [nadia.email]
    assert "appareil : Firefox sur Windows" in mail.outbox[-1].body
    assert "changez votre mot de passe" in mail.outbox[-1].body

    page.post(reverse("account_logout"))
    sign_in(page, nadia)
    assert told() == [nadia.email]
    sign_in(Client(), nadia)
    assert told() == [nadia.email] * 2


def test_each_person_of_a_shared_browser_is_known_there_and_no_other(nadia, make_person):
    other = make_person("Paul Bureau", joined_at=nadia.joined_at)
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    page = Client()
    for person in (nadia, other, nadia, other):
        sign_in(page, person)
        page.post(reverse("account_logout"))

    assert told() == [nadia.email, other.email]


def test_a_wrong_password_tells_nothing(nadia):
    sign_in(Client(), nadia, "faux-mot-de-passe")

    assert told() == []


def test_the_first_sign_in_of_a_new_account_is_not_told(make_person):
    person = make_person("Noé Nouveau")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    sign_in(Client(), person)

    assert told() == []


@pytest.mark.parametrize("forged", ["", "x", "WzFd:1aaaaa:zzzz"])
def test_a_forged_cookie_makes_no_browser_known(nadia, forged):
    page = Client()
    page.cookies[COOKIE] = forged
    sign_in(page, nadia)

    assert told() == [nadia.email]


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(nadia, settings):
    settings.SESSION_COOKIE_SECURE = True
    page = sign_in(Client(), nadia)
    cookie = page.cookies[COOKIE]

    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax"
