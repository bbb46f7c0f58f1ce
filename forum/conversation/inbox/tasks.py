"""What the worker does about notifications."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.conversation.inbox.actions import purge_changes, purge_reads


@scheduled(_("Oublier les anciens changements de la cloche"), cron="40 3 * * *")
@task()
def delete_old_changes() -> int:
    """Delete all but the newest changes of each person's notifications; return how many."""
    purge_reads()
    return purge_changes()
