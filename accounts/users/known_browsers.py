"""The browsers in which a person has signed in before.

A sign-in in another one is notified by mail, and what others try at an address keeps nobody
out of a browser of their own. A browser says so itself, by a signed cookie that holds for a
year. Nothing of it is kept here.
"""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.users.models import User

COOKIE = "foirail_known"
_SALT = "accounts.users.known_browsers"
_MAX_AGE = timedelta(days=365)
#: People who share a browser: the last so many are remembered.
_MAX_PEOPLE = 5
#: An account this young is used in the browser that it was made in.
_FIRST_HOUR = timedelta(hours=1)


def note_sign_in(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Set a cookie by which the browser is known to ``person``; where it is new, mail them.

    ``response`` is what the sign-in is answered with.
    """
    known = _known_people(request)
    if person.pk not in known and timezone.now() - person.joined_at > _FIRST_HOUR:
        get_adapter().send_notification_mail("account/email/new_sign_in", person)
    others = [pk for pk in known if pk != person.pk]
    response.set_cookie(
        COOKIE,
        dumps([person.pk, *others][:_MAX_PEOPLE], salt=_SALT),
        max_age=_MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def last_person_id(request: HttpRequest) -> int | None:
    """The id of whoever signed in last in this browser, None where it does not say."""
    return next(iter(_known_people(request)), None)


def attempts_key(request: HttpRequest, address: str) -> str:
    """The key by which attempts to sign in at ``address`` are counted.

    That is the address, and whether its owner has signed in before in this browser, so that
    strangers who use up the attempts at an address do not lock its owner out.
    """
    address = address.lower()
    owners = EmailAddress.objects.filter(user__in=_known_people(request), email=address)
    return f"{address}:known" if owners.exists() else address


def _known_people(request: HttpRequest) -> list[int]:
    try:
        people = loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_MAX_AGE)
    except BadSignature:
        return []
    return people if isinstance(people, list) else []
