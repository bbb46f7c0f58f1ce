"""Who knocks: what the headers of a socket say, before anything is asked of the database."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from accounts.users.sessions import is_session_key


@dataclass(frozen=True)
class Handshake:
    """A session key, which proves nothing until it is resolved, and the page's language."""

    session_key: str
    language: str


def parse_handshake(headers):
    """The visitor that ASGI ``headers`` describe; the language is chosen as for a page."""
    request = HttpRequest()
    request.COOKIES = parse_cookie("; ".join(_header_values(headers, b"cookie")))
    request.META["HTTP_ACCEPT_LANGUAGE"] = ",".join(_header_values(headers, b"accept-language"))
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return Handshake(key if is_session_key(key) else "", get_language_from_request(request))


def with_handshake(application):
    """Give ``application`` its ``scope["handshake"]``, without a query and without a thread."""

    async def application_with_handshake(scope, receive, send):
        known = dict(scope, handshake=parse_handshake(scope["headers"]))
        await application(known, receive, send)

    return application_with_handshake


def _header_values(headers, name):
    return [value.decode("latin1") for header, value in headers if header == name]
