"""What the worker does about invitations."""

from django.tasks import task

from accounts.admission import actions


@task()
def delete_old_invitations():
    """Delete the invitations whose time is over; return how many."""
    return actions.delete_old_invitations()
