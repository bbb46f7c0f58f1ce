"""Writing one's card. Lock, ask, write."""

from django.db import transaction

from accounts.base.locks import lock_row
from accounts.profiles.models import Profile
from accounts.users.models import User


@transaction.atomic(durable=True)
def save_profile(person, **chosen):
    """Keep what ``person`` chose to say and to show; return the card.

    One's own, always: there is nothing to ask. A second press writes the same again.
    """
    person = lock_row(User, person.pk)
    profile, _new = Profile.objects.update_or_create(person=person, defaults=chosen)
    return profile
