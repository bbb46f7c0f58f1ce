"""What the worker does about drafts by the clock."""

from django.tasks import task

from forum.conversation.drafts import actions


@task()
def delete_old_drafts():
    """Delete the drafts that are over; return how many."""
    return actions.delete_old_drafts()
