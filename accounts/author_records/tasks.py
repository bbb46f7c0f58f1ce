"""What the worker does about what is kept of authors."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.author_records import actions
from accounts.base.schedules import scheduled


@scheduled(_("Supprimer ce que la loi ne fait plus garder sur les auteurs"), cron="5 3 * * *")
@task()
def delete_old_records() -> int:
    """Delete the records whose time is over; return how many."""
    return actions.delete_old_records()
