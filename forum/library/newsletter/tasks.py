"""What the worker does about the newsletter."""

from django.tasks import task

from forum.library.newsletter.actions import propose_issue, settle_published_issues


@task()
def draft_newsletter():
    """Draft the issue of this week, once; it is published by its own date."""
    propose_issue()


@task()
def settle_newsletters():
    """Have what went out by itself wait for animators no more."""
    settle_published_issues()
