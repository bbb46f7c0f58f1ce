"""What the worker does about notifications by mail."""

from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.base.outgoing_mail.actions import delete_settled, send_due
from forum.mail.thread_mail.notifications.actions import (
    RETENTION,
    plan_all_notifications,
    plan_changed_notifications,
    send_next_notifications,
)
from forum.mail.thread_mail.notifications.models import NotificationMail

#: Mails that one run sends, or finds that there is nothing to say in: the next goes on.
_MAILS = 2_000


@scheduled(_("Envoyer par courriel ce qui concerne chacun"), every=60)
@task()
def mail_notifications() -> None:
    """Plan mails for whose notifications changed, and send those that are due."""
    plan_changed_notifications()
    send_due(send_next_notifications, _MAILS)


@scheduled(_("Chercher ce qu’il est temps de rappeler par courriel"), cron="0 8 * * *")
@task()
def remind_by_mail() -> None:
    """Look for what comes with time alone; forget what was sent long ago."""
    plan_all_notifications()
    while delete_settled(NotificationMail, timezone.now() - RETENTION):
        pass
