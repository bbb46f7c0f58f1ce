"""Ending the first steps of a new member."""

from django.db import transaction

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer


@transaction.atomic(durable=True)
def end_onboarding(actor: Viewer) -> None:
    """Lead ``actor`` to the first steps no more: they are done, or they want none."""
    person = lock_row(User, actor.person_id)
    person.is_onboarding = False
    person.save(update_fields=["is_onboarding"])
