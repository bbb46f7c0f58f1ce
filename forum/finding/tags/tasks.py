"""What the worker does about tags by the clock."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.finding.tags import actions


@scheduled(_("Supprimer les mots-clés que personne n’emploie"), cron="45 3 * * *")
@task()
def delete_unused_tags() -> int:
    """Delete the tags that nobody uses; return how many."""
    return actions.delete_unused_tags()
