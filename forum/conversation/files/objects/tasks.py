"""What the worker does about objects whose rows are gone."""

from django.tasks import task

from forum.conversation.files.objects.actions import delete_objects


@task()
def delete_stored_objects(names: list[str]) -> None:
    """Delete these objects of the storage: the task was written as their rows were deleted."""
    delete_objects(names)
