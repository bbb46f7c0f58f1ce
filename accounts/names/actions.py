"""Changing one's name."""

from django.db import transaction

from accounts.base.locks import lock_row
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.names.models import FormerName
from accounts.users.models import User


@transaction.atomic(durable=True)
def change_name(person: User, name: str) -> str:
    """Give ``person`` this name; return the one before, "" where it is the same.

    The log says that, without the names, which leave the site with the account.
    """
    row = lock_row(User, person.pk)
    if (before := row.full_name) == name:
        return ""
    FormerName.objects.create(person=row, name=before)
    row.full_name = name
    row.save(update_fields=["full_name"])
    record_action(LoggedAction.CHANGE_NAME, row.pk, person_id=row.pk)
    return before
