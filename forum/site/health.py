"""Whether this process can do its work, for load balancers and before a site starts.

Each check of ``/sante/`` runs in a thread of its own, on a connection of its own: one that
hangs does not delay the answer. What a site needs besides servers, ``check --deploy`` asks too.
"""

from __future__ import annotations

import os
from asyncio import timeout
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import closing
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

#: Seconds after which a check that has not answered has failed; long enough for a busy machine.
TIMEOUT = 2.0


@csrf_exempt  # Any other method is refused as such, whatever it sends along.
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 with ``{"database": true, "layer": true…}``, or 503 saying which one is false."""
    futures = {name: check.run() for name, check in HEALTH_CHECKS.items()}
    done, _hanging = wait(futures.values(), TIMEOUT)
    results = {name: future in done and future.result() for name, future in futures.items()}
    return JsonResponse(results, status=200 if all(results.values()) else 503)


class HealthCheck:
    """A check that runs once at a time: who asks while it runs waits for the same result."""

    def __init__(self, check: Callable[[], None]) -> None:
        """``check`` raises where something does not work."""
        self._check, self._lock = check, Lock()
        self._result: Future[bool] | None = None

    def run(self) -> Future[bool]:
        """A future of whether the check passes."""
        with self._lock:
            if self._result is None or self._result.done():
                self._result = Future()
                Thread(target=self._run, args=(self._result,), daemon=True).start()
            return self._result

    def _run(self, result: Future[bool]) -> None:
        try:
            self._check()
        except Exception:  # Whatever is wrong, the check fails.
            result.set_result(False)
        else:
            result.set_result(True)


def _check_database() -> None:
    own = connection.copy()
    own.connect()
    with closing(own.connection) as raw_connection, closing(raw_connection.cursor()) as cursor:
        cursor.execute("SELECT 1")


@async_to_sync
async def _check_channel_layer() -> None:
    async with timeout(TIMEOUT):
        await get_channel_layer().group_send("health", {"type": "health"})


def _check_static_files() -> None:
    """Raise unless pages can name their stylesheet: without, each of them fails."""
    staticfiles_storage.url("forum/css/site.css")


def _check_legal_notice() -> None:
    """Raise unless the legal notice says who publishes and hosts the site, as the law asks."""
    if settings.SESSION_COOKIE_SECURE:  # In production.
        missing = [it for it in _PUBLISHER if not settings.FORUM_PUBLISHER.get(it)]
        if missing:
            raise ValueError(", ".join(_PUBLISHER[it] for it in missing))


def _check_files() -> None:
    """Raise unless the folder of files, or the nearest above it that is there, takes some."""
    place = Path(settings.MEDIA_ROOT)
    folder = next(it for it in (place, *place.parents) if it.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(str(folder))


#: What the legal notice cannot do without, and the variables that say it.
_PUBLISHER = {
    "name": "FORUM_PUBLISHER_NAME",
    "address": "FORUM_PUBLISHER_ADDRESS",
    "email": "FORUM_PUBLISHER_EMAIL",
    "host": "FORUM_HOST_DETAILS",
}
#: What a site needs besides servers: by name, what asks it, and what is wrong where it raises.
_NEEDS = {
    "static_files": (_check_static_files, "Run collectstatic: each page fails without."),
    "legal_notice": (_check_legal_notice, "The legal notice is not complete: set {}."),
    "files": (_check_files, "FORUM_FILES cannot be written by this user: {}."),
}

HEALTH_CHECKS = {
    "database": HealthCheck(_check_database),
    "layer": HealthCheck(_check_channel_layer),
    **{name: HealthCheck(check) for name, (check, _words) in _NEEDS.items()},
}


@checks.register(deploy=True)
def check_needs(app_configs: object, **options: Any) -> list[checks.CheckMessage]:
    """A warning for each thing without which pages fail, or may not be published."""
    warnings: list[checks.CheckMessage] = []
    for name, (check, words) in _NEEDS.items():
        try:
            check()
        except (OSError, ValueError) as error:
            warnings.append(checks.Warning(words.format(error), id=f"forum.{name}"))
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost>"):
        words = "Mails leave from nowhere, and most are refused: set FORUM_FROM_EMAIL."
        warnings.append(checks.Warning(words, id="forum.sender"))
    return warnings
