"""Second factors: what proves a person beside their password, and who must have one.

An application that gives codes (TOTP) or a passkey. Recovery codes help back in and are not
one by themselves. What needs a second factor asks for it where rights are made
(``accounts/viewers/viewers.py``) or here, never on the way to a page.
"""

import base64
import hashlib
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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


class MFAAdapter(DefaultMFAAdapter):
    """Second factors in our words, and unreadable in a copy of the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Cette protection ne peut pas être retirée."),
        "cannot_generate_recovery_codes": _(
            "Les codes de secours viennent avec une application ou une clé d’accès : "
            "ajoutez-en une d’abord."
        ),
        "incorrect_code": _(
            "Ce code n’est pas le bon. Recopiez celui que l’application montre maintenant, "
            "ou un code de secours qui n’a pas servi."
        ),
        "unverified_email": _("Confirmez d’abord votre adresse électronique."),
    }

    def encrypt(self, text):
        """``text`` as the database keeps it: it takes the site's secret key to read it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """What ``encrypt`` was given; where the site's key is another, what nobody knows."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:  # Not an empty one: its codes are known to all.
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user, type):
        """A name for a passkey whose owner gives none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Clé d’accès %(number)d") % {"number": number}


def _cipher():
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"second factors:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
