"""What the worker does about groups."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from accounts.groups import entries


@scheduled(_("Supprimer les anciennes demandes et invitations des groupes"), cron="35 3 * * *")
@task()
def delete_old_entries() -> int:
    """Delete requests and invitations that were over long ago; return how many."""
    return entries.delete_old_entries()
