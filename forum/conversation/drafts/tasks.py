"""What the worker does about drafts by the clock."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.conversation.drafts import actions


@scheduled(_("Supprimer les brouillons envoyés ou abandonnés"), cron="52 3 * * *")
@task()
def delete_old_drafts() -> int:
    """Delete the drafts that are over; return how many."""
    return actions.delete_old_drafts()
