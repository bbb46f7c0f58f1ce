"""Middleware about people: cache headers of their pages, their devices, who came last."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control

from accounts.models import Device
from accounts.users.known_browsers import last_person_id

#: What answers a request: a view, or a middleware around it.
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def private_cache_control(get_response: GetResponse) -> GetResponse:
    """Middleware: mark the pages of a signed-in person as private to their browser.

    The browser's history may keep them, so that going back is fast; signing out clears them.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_cache=True)
        match = request.resolver_match
        if was_signed_in and match and match.url_name == "account_logout":
            response["Clear-Site-Data"] = '"cache"'
        return response

    return respond


#: How exact "last seen" is: each process saves a session's use no oftener.
RECORD_INTERVAL = timedelta(minutes=10)


#: Sessions whose last save this process remembers, at most.
_MAX_REMEMBERED = 20_000


def record_device(get_response: GetResponse) -> GetResponse:
    """Middleware: every RECORD_INTERVAL, save when the session was used and its user agent."""
    recorded: dict[str, datetime] = {}

    def respond(request: HttpRequest) -> HttpResponseBase:
        key = request.user.is_authenticated and request.session.session_key
        now = timezone.now()
        if key and (key not in recorded or now - recorded[key] > RECORD_INTERVAL):
            if len(recorded) >= _MAX_REMEMBERED:
                recorded.clear()
            recorded[key] = now
            _record(key, request.headers.get("User-Agent", ""))
        return get_response(request)

    return respond


def name_last_person(get_response: GetResponse) -> GetResponse:
    """Middleware: ``request.last_person_id()`` tells who signed in last in the browser.

    What is typed when a session has ended is theirs: see ``accounts/base/resume_form.py``.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        request.last_person_id = partial(last_person_id, request)  # type: ignore[attr-defined]
        return get_response(request)

    return respond


def _record(key: str, user_agent: str) -> None:
    used = Device(session_id=key, user_agent=user_agent[:200], last_seen_at=timezone.now())
    try:
        Device.objects.bulk_create(
            [used],
            update_conflicts=True,
            unique_fields=["session"],
            update_fields=["user_agent", "last_seen_at"],
        )
    except IntegrityError:
        return  # The session was deleted meanwhile, from another device.
