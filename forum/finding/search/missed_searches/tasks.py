"""What the worker does about searches that found nothing."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.finding.search.missed_searches import actions


@scheduled(_("Effacer les recherches sans résultat de plus de 60 jours"), cron="50 3 * * *")
@task()
def delete_former_missed_searches() -> int:
    """Delete what was searched for too long ago; return how many rows."""
    return actions.delete_former_searches()
