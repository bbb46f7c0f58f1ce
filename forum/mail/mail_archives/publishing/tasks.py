"""What the worker does about archives: makes threads of those that are opened."""

from django.tasks import task

from forum.mail.mail_archives.publishing.actions import publish_next_threads


@task()
def publish_archive(archive_pk: int) -> int:
    """Make threads of all that is left of an opened archive; return how many."""
    count = 0
    while number := publish_next_threads(archive_pk):
        count += number
    return count
