"""What the worker does about what is kept of authors."""

from django.tasks import task

from accounts.author_records import actions


@task()
def delete_old_records():
    """Delete the records whose time is over; return how many."""
    return actions.delete_old_records()
