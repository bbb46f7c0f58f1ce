"""What a browser may keep of pages that were made for one person."""

from datetime import timedelta

from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from accounts.models import Device


def private_cache_control(get_response):
    """Middleware: what a signed-in person reads is kept by nobody else, and not past sign-out.

    Pages stay in the browser's own history, so that going back costs nothing on a slow
    line; signing out empties it.
    """

    def respond(request):
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_cache=True)
        if was_signed_in and request.path == reverse("account_logout"):
            response["Clear-Site-Data"] = '"cache"'
        return response

    return respond


#: How exact "last seen" is: a session in use is written down no oftener, by each process.
RECORD_INTERVAL = timedelta(minutes=10)


#: Sessions whose last writing this process remembers, at most.
_MAX_REMEMBERED = 20_000


def record_device(get_response):
    """Middleware: now and then, write down that a session is in use, and on what."""
    recorded = {}

    def respond(request):
        key = request.user.is_authenticated and request.session.session_key
        now = timezone.now()
        if key and (key not in recorded or now - recorded[key] > RECORD_INTERVAL):
            if len(recorded) >= _MAX_REMEMBERED:
                recorded.clear()
            recorded[key] = now
            _record(key, request.headers.get("User-Agent", ""))
        return get_response(request)

    return respond


def _record(key, user_agent):
    fields = {"user_agent": user_agent[:200], "last_seen_at": timezone.now()}
    try:
        Device.objects.update_or_create(session_id=key, defaults=fields)
    except IntegrityError:
        return  # The session has just been ended, from another device.
