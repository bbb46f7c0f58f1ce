"""Second factors: what proves a person beside their password, and who must have one.

An application that gives codes (TOTP) or a passkey. Recovery codes help back in and are not
one by themselves. What needs a second factor asks for it where rights are made
(``accounts/viewers/viewers.py``) or here, never on the way to a page.
"""

from allauth.mfa.models import Authenticator
from django.conf import settings

#: The kinds that count.
SECOND_FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(person):
    """Whether ``person`` has set one up, asked of the database afresh."""
    return Authenticator.objects.filter(
        user_id=person.pk, type__in=SECOND_FACTOR_TYPES
    ).exists()


def meets_second_factor_policy(has_factor):
    """Whether this is enough to animate and administrate: where the site asks for one."""
    return has_factor or not settings.FORUM_SECOND_FACTOR


def is_administrator(person):
    """Whether ``person`` may administrate the site at this moment.

    A superuser whose account is open and, where the site asks for it, protected by a second
    factor.
    """
    if not (person.is_superuser and person.is_active) or person.suspended_at:
        return False
    return meets_second_factor_policy(has_second_factor(person))


def lacks_second_factor(person):
    """Whether ``person`` has been given more than they may use without a second factor."""
    is_asked = person.is_animator or person.is_superuser
    return is_asked and not meets_second_factor_policy(has_second_factor(person))
