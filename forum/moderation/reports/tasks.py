"""What the worker does about reports by the clock."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.moderation.reports import actions


@scheduled(_("Supprimer les signalements décidés depuis longtemps"), cron="55 3 * * *")
@task()
def delete_old_reports() -> int:
    """Delete the reports that were decided long ago; return how many."""
    return actions.delete_old_reports()
