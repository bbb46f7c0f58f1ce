"""What the headers of a socket's handshake say, without asking the database."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from accounts.users.sessions import is_session_key

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


#: Schemes of pages by those of their sockets, and their ports where an origin names none.
_PAGE_SCHEMES = {"ws": "http", "wss": "https"}
_DEFAULT_PORTS = {"http": 80, "https": 443}


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


def own_origin_only(application: ASGIApplication) -> ASGIApplication:
    """Wrap ``application``: a handshake that a page of another origin began is refused.

    Browsers send a visitor's cookie along with it, whoever's page begins it.
    """

    async def application_of_own_origin(scope: Scope, receive: Receive, send: Send) -> None:
        if is_own_origin(scope):
            await application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})

    return application_of_own_origin


def is_own_origin(scope: Scope) -> bool:
    """Whether the page that opens this socket has the scheme, host and port of this site.

    As for forms, ``CSRF_TRUSTED_ORIGINS`` are this site too.
    """
    headers, request = list(scope["headers"]), HttpRequest()
    for name in (b"host", b"x-forwarded-proto"):
        for value in _header_values(headers, name)[:1]:
            request.META["HTTP_" + name.decode().upper().replace("-", "_")] = value
    with suppress(DisallowedHost, KeyError, ValueError):
        # Without TLS in front, a request has the scheme that the server tells, if it does.
        scheme = (
            request.scheme if request.is_secure() else _PAGE_SCHEMES[scope.get("scheme", "ws")]
        )
        own = f"{scheme}://{request.get_host()}"
        (origin,) = map(_parse_origin, _header_values(headers, b"origin"))
        return origin in map(_parse_origin, [own, *settings.CSRF_TRUSTED_ORIGINS])
    return False


def _parse_origin(origin: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raise KeyError or ValueError where it is no origin of a page."""
    parts = urlsplit(origin)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]


def _header_values(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin1") for header, value in headers if header == name]
