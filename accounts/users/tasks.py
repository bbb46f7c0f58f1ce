"""What the worker does about sessions and accounts."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from accounts.users import actions


@scheduled(_("Supprimer les connexions échues"), cron="17 * * * *")
@task()
def delete_expired_sessions() -> int:
    """Delete the sessions that have expired; return how many."""
    return actions.delete_expired_sessions()


@scheduled(_("Noter la fin des suspensions"), every=60)
@task()
def lift_ended_suspensions() -> int:
    """Note that suspensions have ended; return how many."""
    return actions.lift_ended_suspensions()


@scheduled(_("Supprimer les inscriptions jamais confirmées"), cron="10 3 * * *")
@task()
def delete_unverified_accounts() -> int:
    """Delete the sign-ups that were never verified; return how many."""
    return actions.delete_unverified_accounts()
