"""What the worker does about mails that came in."""

from django.tasks import task
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.mail.incoming_mail.actions import delete_old_counts
from forum.mail.thread_mail.quarantine.actions import delete_old_quarantined_mails
from forum.mail.thread_mail.replies.actions import delete_old_replies


@scheduled(_("Oublier les courriels reçus depuis longtemps"), cron="26 3 * * *")
@task()
def delete_received_mails() -> None:
    """Forget mails that came long ago."""
    while delete_old_replies() or delete_old_quarantined_mails():
        pass
    delete_old_counts()
