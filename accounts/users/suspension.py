"""Whether an account is suspended: since a moment, until another or without end.

A suspension that has an end is over at that moment, whether or not anybody has noted it.
"""

from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.dates import date_format
from accounts.users.models import User


def not_suspended(prefix: str = "") -> Q:
    """The condition that an account is not suspended now. In Python: ``is_suspended``.

    ``prefix`` is the path to the person, such as ``person__``. The moment is the database's
    own, so that the condition may stand in a compiled query.
    """
    never = Q((f"{prefix}suspended_at", None))
    return never | Q((f"{prefix}suspended_until__lte", Now()))


def is_suspended(person: User, at: datetime | None = None) -> bool:
    """Whether the account of ``person`` is suspended at ``at`` (now by default)."""
    if person.suspended_at is None:
        return False
    return person.suspended_until is None or person.suspended_until > (at or timezone.now())


def silenced_reason(until: datetime) -> str:
    """The reason given to someone who writes nothing until then."""
    words = _("Votre compte est en lecture seule jusqu’au %(day)s, à %(time)s.")
    local = timezone.localtime(until)
    return words % {
        "day": date_format(local, "j F Y"),
        "time": date_format(local, _("G \\h i")),
    }


def silence_of(person: User) -> datetime | None:
    """The moment until which ``person`` writes nothing; None where they may write."""
    until = person.silenced_until
    return until if until is not None and until > timezone.now() else None
