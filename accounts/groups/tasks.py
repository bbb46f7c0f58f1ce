"""What the worker does about groups."""

from django.tasks import task

from accounts.groups import entries


@task()
def delete_old_entries():
    """Delete requests and invitations that were over long ago; return how many."""
    return entries.delete_old_entries()
