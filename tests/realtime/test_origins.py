"""Who opens a socket: pages of this site only, by scheme, host and port."""

import pytest
from channels.db import database_sync_to_async as in_db
from django.test import override_settings

from realtime.handshake import is_own_origin
from tests.realtime.conftest import PageClient

OTHERS = [
    None,
    "",
    "null",
    "https://ailleurs.example",
    "http://localhost:8443",
    "https://localhost",
    "http://localhost.ailleurs.example",
    "ftp://localhost",
    "http://[",
    "http://localhost:x",
]


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.django_db(transaction=True)
async def test_another_site_s_page_is_refused(origin, thread, session_of, jeanne):
    session = await in_db(session_of)(jeanne)
    headers = [(b"origin", origin.encode())] if origin is not None else []
    page = PageClient(f"/live/fils/{thread.pk}/?after=1", session, headers)

    assert not await page.connect()


def asked(host, origin, forwarded=None, **scope):
    """Whether a page of ``origin`` may open a socket of the site that is ``host``."""
    headers = [(b"host", host.encode()), (b"origin", origin.encode())]
    if forwarded:
        headers.append((b"x-forwarded-proto", forwarded.encode()))
    return is_own_origin({"headers": headers} | scope)


@override_settings(ALLOWED_HOSTS=["forum.example.org"])
def test_scheme_host_and_port_are_those_that_the_page_was_asked_by():
    host = "forum.example.org"
    assert asked(host, "http://forum.example.org")
    assert asked(host, "http://FORUM.example.org:80")
    assert asked(f"{host}:8000", "http://forum.example.org:8000")
    assert asked(host, "https://forum.example.org", scheme="wss")
    assert not asked(host, "https://forum.example.org", scheme="ws")
    assert not asked(f"{host}:8000", "http://forum.example.org")
    assert not asked(host, "http://autre.example.org")
    assert not asked("autre.example.org", "http://autre.example.org")


@override_settings(
    ALLOWED_HOSTS=["forum.example.org"],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
)
def test_the_scheme_is_that_which_the_web_server_in_front_tells():
    host = "forum.example.org"
    assert asked(host, "https://forum.example.org", "https")
    assert not asked(host, "http://forum.example.org", "https")
    assert not asked(host, "https://forum.example.org:8443", "https")
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://www.example.org"]):
        assert asked(host, "https://www.example.org", "https")


def test_a_handshake_with_two_origins_or_no_host_is_refused():
    twice = [(b"host", b"localhost"), *[(b"origin", b"http://localhost")] * 2]
    assert not is_own_origin({"headers": twice})
    assert not is_own_origin({"headers": twice[1:2]})
