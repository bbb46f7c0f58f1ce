"""Test clients that are signed in."""

from django.conf import settings
from django.test import Client


def sign_in(person):
    """A client with a new session of ``person``'s; of None, a guest's."""
    client = Client()
    if person:
        client.force_login(person)
    return client


def client_of_session(key):
    """A client of a session that there is; of None, a guest's."""
    client = Client()
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client
