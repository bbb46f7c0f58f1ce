"""What the worker does about invitations."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.admission import actions
from accounts.base.schedules import scheduled


@scheduled(_("Supprimer les invitations échues"), cron="20 3 * * *")
@task()
def delete_old_invitations() -> int:
    """Delete the invitations whose time is over; return how many."""
    return actions.delete_old_invitations()
