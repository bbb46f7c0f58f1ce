"""What the worker does about reports by the clock."""

from django.tasks import task

from forum.moderation.reports import actions


@task()
def delete_old_reports():
    """Delete the reports that were decided long ago; return how many."""
    return actions.delete_old_reports()
