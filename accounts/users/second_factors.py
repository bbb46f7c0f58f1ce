"""Second factors (an authenticator app or a passkey), and who must have one.

Recovery codes alone are none. Rights that need a second factor check it where they are
computed, in ``accounts/viewers/viewers.py`` or here, not in views.
"""

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.base.compiled_queries import CompiledQuery
from accounts.users.suspension import is_suspended

#: The types that count: recovery codes do not.
SECOND_FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(person):
    """Whether ``person`` has set one up, read from the database."""
    return _SECOND_FACTOR.first(person_id=person.pk) is not None


def _second_factor(person_id):
    factors = Authenticator.objects.filter(user=person_id, type__in=SECOND_FACTOR_TYPES)
    return factors.values_list("pk")[:1]


_SECOND_FACTOR = CompiledQuery(_second_factor, "person_id")


def meets_second_factor_policy(has_factor):
    """Whether someone who has one, or not, may use an animator's or administrator's rights."""
    return has_factor or not settings.FORUM_SECOND_FACTOR


def is_administrator(person):
    """Whether ``person`` may administrate the site now: an active superuser, not suspended,
    with a second factor where the site requires one."""
    if not (person.is_superuser and person.is_active) or is_suspended(person):
        return False
    return meets_second_factor_policy(has_second_factor(person))


def lacks_second_factor(person):
    """Whether ``person`` has rights that they may not use for want of a second factor."""
    is_asked = person.is_animator or person.is_superuser
    return is_asked and not meets_second_factor_policy(has_second_factor(person))
