"""What the worker does about the newsletter."""

from django.tasks import task

from forum.newsletter.actions import propose_issue


@task()
def draft_newsletter():
    """Draft the issue of this week, once; it is published by its own date."""
    propose_issue()
