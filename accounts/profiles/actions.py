"""Saving one's profile."""

from django.db import transaction

from accounts.base.locks import lock_row
from accounts.profiles.models import Profile
from accounts.users.models import User


@transaction.atomic(durable=True)
def save_profile(person, **chosen):
    """Save the fields ``chosen`` of the profile of ``person``; return the profile."""
    person = lock_row(User, person.pk)
    profile, _new = Profile.objects.update_or_create(person=person, defaults=chosen)
    return profile
