"""Second factors (an authenticator app or a passkey), and who must have one.

Recovery codes alone are none. Rights that need a second factor check it where they are
computed, in ``accounts/viewers/viewers.py`` or here, not in views.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.base.compiled_queries import CompiledQuery
from accounts.factor_waits.models import FactorWait
from accounts.users.suspension import is_suspended

if TYPE_CHECKING:
    from accounts.users.models import User


#: The types that count: recovery codes do not.
SECOND_FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(person: User) -> bool:
    """Whether ``person`` has set one up, read from the database."""
    return _SECOND_FACTOR.first(person_id=person.pk) is not None


def _second_factor(person_id: int) -> QuerySet[Any, Any]:
    factors = Authenticator.objects.filter(user=person_id, type__in=SECOND_FACTOR_TYPES)
    rows: QuerySet[Any, Any] = factors.values_list("pk")[:1]
    return rows


_SECOND_FACTOR = CompiledQuery(_second_factor, "person_id")


def open_second_factors(person: Any, at: Any = None) -> QuerySet[Authenticator]:
    """Those with which ``person`` may use their rights at ``at`` (now by default).

    None until the first one is theirs for certain (``accounts/factor_waits/``).
    """
    at = at or timezone.now()
    opened = FactorWait.objects.filter(person=OuterRef("user"), opens_at__lte=at)
    factors = Authenticator.objects.filter(user=person, type__in=SECOND_FACTOR_TYPES)
    rows: QuerySet[Authenticator] = factors.filter(Exists(opened))
    return rows


def meets_second_factor_policy(has_factor: bool) -> bool:
    """Whether someone who has one, or not, may use an animator's or administrator's rights."""
    return has_factor or not settings.FORUM_SECOND_FACTOR


def is_administrator(person: User) -> bool:
    """Whether ``person`` may administrate the site now: an active superuser, not suspended,
    with a second factor where the site requires one."""
    if not (person.is_superuser and person.is_active) or is_suspended(person):
        return False
    return meets_second_factor_policy(open_second_factors(person.pk).exists())


def needs_second_factor(person: User) -> bool:
    """Whether ``person`` has rights that need one, on a site that asks for it."""
    return settings.FORUM_SECOND_FACTOR and (person.is_animator or person.is_superuser)


def lacks_second_factor(person: User) -> bool:
    """Whether ``person`` has rights that they may not use for want of a second factor."""
    return needs_second_factor(person) and not has_second_factor(person)


def has_unproved_factor(person: User) -> bool:
    """Whether ``person`` set one up by a password alone, before rights that need it."""
    if not needs_second_factor(person) or not has_second_factor(person):
        return False
    return not FactorWait.objects.filter(person=person.pk).exists()


def factor_opens_at(person: User) -> datetime | None:
    """When the second factor of ``person`` opens their rights, if it does not yet."""
    if not needs_second_factor(person):
        return None
    waiting = FactorWait.objects.filter(person=person.pk, opens_at__gt=timezone.now())
    return waiting.values_list("opens_at", flat=True).first()
