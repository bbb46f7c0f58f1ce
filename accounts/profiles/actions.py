"""Saving one's profile."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.profiles.models import Profile
from accounts.profiles.queries import profile_of
from accounts.users.models import User
from accounts.users.suspension import is_suspended, silence_of, silenced_reason


@transaction.atomic(durable=True)
def save_profile(person: User, **chosen: Any) -> Profile:
    """Save the fields ``chosen`` of the profile of ``person``; return the profile.

    Raise PermissionDenied where they are silenced or suspended and present themselves anew.
    """
    person = lock_row(User, person.pk)
    if chosen.get("presentation", "") not in ("", profile_of(person).presentation):
        _require_may_write(person)
    profile, _new = Profile.objects.update_or_create(person=person, defaults=chosen)
    return profile


def _require_may_write(person: User) -> None:
    if is_suspended(person):
        raise PermissionDenied(_("Votre compte est suspendu : votre présentation reste."))
    if (until := silence_of(person)) is not None:
        raise PermissionDenied(silenced_reason(until))
