"""What the worker does about mail."""

from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.base.events import SETTLED
from forum.base.outgoing_mail.actions import delete_settled, send_due
from forum.mail.thread_mail.actions import RETENTION, plan_next_mails, send_next_mail
from forum.mail.thread_mail.bounces.actions import delete_old_bounces
from forum.mail.thread_mail.models import PostMail

#: Steps of a run, and mails that one sends: the next run goes on.
_STEPS, _MAILS = 40, 500


@scheduled(_("Envoyer par courriel ce qui est nouveau dans les fils suivis"), every=60)
@task()
def mail_posts() -> None:
    """Plan the mails of what is new in followed threads, and send those that are due."""
    before = timezone.now() - SETTLED
    for _step in range(_STEPS):
        if not plan_next_mails(before):
            break
    send_due(send_next_mail, _MAILS)


@scheduled(_("Oublier les courriels envoyés depuis longtemps"), cron="25 3 * * *")
@task()
def delete_settled_mails() -> None:
    """Forget what was sent long ago, and what came back."""
    while delete_settled(PostMail, timezone.now() - RETENTION):
        pass
    delete_old_bounces()
