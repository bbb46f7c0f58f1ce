"""What the worker does about prepared signatures."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from accounts.charter.signing_requests.actions import purge_requests


@scheduled(_("Supprimer les signatures préparées et échues"), cron="30 3 * * *")
@task()
def delete_old_requests() -> int:
    """Delete the requests whose time is over, with the acts in them; return how many."""
    return purge_requests()
