"""What the worker does about the mails that follow a welcome."""

from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.base.outgoing_mail.actions import delete_settled, send_due
from forum.mail.thread_mail.welcomes.actions import (
    RETENTION,
    plan_welcomes,
    send_next_welcome,
)
from forum.mail.thread_mail.welcomes.models import WelcomeMail

#: Mails that one run sends: the next goes on.
_MAILS = 2_000


@scheduled(_("Écrire aux nouveaux membres après leur arrivée"), cron="*/30 8-18 * * *")
@task()
def mail_welcomes() -> None:
    """Plan what follows the welcome of new members, send it, forget what was sent long ago."""
    plan_welcomes()
    send_due(send_next_welcome, _MAILS)
    while delete_settled(WelcomeMail, timezone.now() - RETENTION):
        pass
