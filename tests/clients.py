"""Test clients that are signed in.

They share the middleware, which is loaded once for all of them, and what is behind addresses.
"""

from functools import cache, lru_cache

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.template.base import Template
from django.test import Client
from django.test.client import ClientHandler
from django.test.signals import template_rendered
from django.urls import get_resolver, reverse
from django.utils.crypto import get_random_string

from accounts.models import Session
from accounts.users.sessions import SessionStore


def keep_contexts_of_pages_only():
    """Have ``response.context`` be what the page's own template was given.

    Django copies the context at each ``{% include %}`` too: a page of many pieces then
    takes a tenth longer. Pieces are looked at in the page's text.
    """
    Template._render = _render


def _render(template, context):
    if context.template is template:  # Not included in another, nor extended by one.
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


class _Handler(ClientHandler):
    """Looks an address up once: it is tried with some 150 patterns."""

    def resolve_request(self, request):
        request.resolver_match = _resolve(settings.ROOT_URLCONF, request.path_info)
        return request.resolver_match


@lru_cache(4000)
def _resolve(urlconf, path):
    return get_resolver(urlconf).resolve(path)


@cache
def _handler():
    handler = _Handler(enforce_csrf_checks=False)
    handler.load_middleware()
    return handler


def guest_client():
    """A client of nobody's."""
    client = Client()
    client.handler = _handler()
    return client


def sign_in(person):
    """A client with a new session of ``person``'s; of None, a guest's."""
    return client_of_session(_write_session(person) if person else None)


def _write_session(person):
    """The key of a new session of ``person``'s, which it takes one statement to write.

    It says what Django's ``login`` does; nothing announces it, and "last login" stays.
    """
    session_values = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    store = SessionStore()
    row = Session.objects.create(
        session_key=get_random_string(32, VALID_KEY_CHARS),
        session_data=store.encode(session_values),
        expire_date=store.get_expiry_date(),
        person=person,
    )
    return row.session_key


def client_of_session(key):
    """A client of a session that there is; of None, a guest's."""
    client = guest_client()
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def create_session(person):
    """The key of a session of ``person``'s that was used once, for a scene."""
    client = sign_in(person)
    client.get(reverse("set_language"))  # Its device is recorded with it.
    return client.session.session_key
