"""Where a request that may write comes from, for what is written meanwhile."""

from collections.abc import Callable
from contextvars import ContextVar

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.author_records.cipher import encrypt

#: Of the request that is being answered: its source, encrypted; empty where none is kept. An
#: action writes it along with a post, whose row hands it on
#: (``forum/conversation/threads/triggers.py``).
SOURCE: ContextVar[str] = ContextVar("source", default="")


def record_source(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: hold ready where a POST comes from, while there is a key to encrypt it."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not settings.FORUM_AUTHOR_RECORDS_KEYS:
            return get_response(request)
        token = SOURCE.set(encrypt(_source_of(request)))
        try:
            return get_response(request)
        finally:
            SOURCE.reset(token)

    return respond


def _source_of(request: HttpRequest) -> dict[str, str]:
    """The address, the port where it is known, the protocol and the moment."""
    is_behind_proxy = settings.ALLAUTH_TRUSTED_PROXY_COUNT > 0
    port = "HTTP_X_CLIENT_PORT" if is_behind_proxy else "REMOTE_PORT"
    return {
        "address": get_adapter().get_client_ip(request),
        "port": str(request.META.get(port, ""))[:5],
        "protocol": request.scheme,
        "at": timezone.now().isoformat(),
    }
