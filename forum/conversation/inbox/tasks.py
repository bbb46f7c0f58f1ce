"""What the worker does about notifications."""

from django.tasks import task

from forum.conversation.inbox.actions import purge_changes


@task()
def delete_old_changes():
    """Forget all but the newest changes of each person's notifications; return how many."""
    return purge_changes()
