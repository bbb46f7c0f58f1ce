"""A mail server that does not answer holds nobody up for long, and no page fails by it."""

import socket

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.base.mail import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter")]
WORDS = "Le serveur de courriel ne répond pas"


@pytest.fixture
def connections(settings):
    """How many connections were made to a server that takes them and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        backend = "django.core.mail.backends.smtp.EmailBackend"
        to_it = {"host": "127.0.0.1", "port": server.getsockname()[1], "timeout": 0.1}
        settings.MAILERS = dict.fromkeys(
            settings.MAILERS, {"BACKEND": backend, "OPTIONS": to_it}
        )
        taken = []

        def count():
            try:
                while True:
                    taken.append(server.accept()[0])
            except BlockingIOError:
                return len(taken)

        yield count
        for one in taken:
            one.close()
    cache.clear()


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
@pytest.mark.parametrize("is_known", [True, False])
def test_who_asks_for_a_code_is_told_that_it_has_not_left(name, is_known, jeanne, connections):
    email = jeanne.email if is_known else "personne@exemple.fr"
    answer = Client().post(reverse(name), {"email": email}, follow=True)

    assert answer.status_code == 200 and WORDS in answer.text
    assert connections() == 1


def test_nobody_waits_for_it_in_the_half_minute_after(jeanne, connections):
    answers = [
        Client().post(
            reverse("account_request_login_code"), {"email": jeanne.email}, follow=True
        )
        for _time in range(3)
    ]
    assert all(WORDS in answer.text for answer in answers) and connections() == 1
    assert not send("x@exemple.fr", "Objet", "Texte") and connections() == 1


def test_a_mail_that_is_refused_keeps_no_other_back(settings, connections):
    settings.MAILERS["default"]["OPTIONS"]["port"] = 9  # Nobody listens there.
    assert not send("x@exemple.fr", "Objet", "Texte")

    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    assert send("y@exemple.fr", "Objet", "Texte") and mail.outbox
