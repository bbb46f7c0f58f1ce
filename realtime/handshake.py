"""What the headers of a socket's handshake say, without asking the database."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from accounts.users.sessions import is_session_key

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Handshake:
    """A session key, "" for none, which proves nothing until checked; the page's language."""

    session_key: str
    language: str


def parse_handshake(headers: Headers) -> Handshake:
    """Read ASGI ``headers``; the language is chosen as it is for a page."""
    headers = list(headers)
    request = HttpRequest()
    request.COOKIES = parse_cookie("; ".join(_header_values(headers, b"cookie")))
    request.META["HTTP_ACCEPT_LANGUAGE"] = ",".join(_header_values(headers, b"accept-language"))
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return Handshake(key if is_session_key(key) else "", get_language_from_request(request))


def with_handshake(application: ASGIApplication) -> ASGIApplication:
    """Wrap ``application``: its scope gets ``scope["handshake"]``."""

    async def application_with_handshake(scope: Scope, receive: Receive, send: Send) -> None:
        handshake = parse_handshake(scope["headers"])
        await application(dict(scope, handshake=handshake), receive, send)

    return application_with_handshake


def _header_values(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin1") for header, value in headers if header == name]
