"""What the worker does about the newsletter."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.library.newsletter.actions import mark_published_issues_reviewed, propose_issue


@scheduled(_("Préparer la semaine du réseau"), cron="0 14 * * 4")
@task()
def draft_newsletter() -> None:
    """Draft the issue of this week, once; it is published by its own date."""
    propose_issue()


@scheduled(_("Noter que la semaine du réseau est parue"), cron="1 7 * * *")
@task()
def settle_newsletters() -> None:
    """Mark issues that went out by themselves as reviewed."""
    mark_published_issues_reviewed()
