"""Whether pages are light or dark in one browser: as its device is, unless its reader chose.

The choice is a cookie of that browser, since the same person reads on a phone at night and in
an office by day.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEMES = ("light", "dark")
COOKIE = "foirail_theme"
_MAX_AGE = timedelta(days=365)


def chosen_theme(request: HttpRequest) -> str:
    """The one of ``THEMES`` that was chosen in this browser, else an empty string."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else ""


def set_theme(response: HttpResponse, theme: str) -> None:
    """Have the browser keep ``theme``; forget its choice where that is none of ``THEMES``."""
    if theme not in THEMES:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        theme,
        max_age=_MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
