"""What the worker does about answers by mail."""

from django.tasks import task

from forum.thread_mail.replies.actions import delete_old_replies


@task()
def delete_received_mails():
    """Forget mails that came long ago."""
    while delete_old_replies():
        pass
