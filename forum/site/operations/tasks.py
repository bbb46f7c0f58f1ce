"""What the worker does about its own tasks."""

from django.conf import settings
from django.core.management import call_command
from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled


@scheduled(_("Oublier les tâches terminées"), cron="50 3 * * *")
@task()
def delete_finished_tasks() -> None:
    """Delete tasks FORUM_RETENTION days after they were done; dead ones stay."""
    days = settings.FORUM_RETENTION["finished_tasks"]
    call_command("ox_prune", older_than=f"{days}d", verbosity=0)
