"""What the worker does about digests."""

from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.base.outgoing_mail.actions import delete_settled, send_due
from forum.mail.thread_mail.digests.actions import (
    RETENTION,
    begin_digests,
    plan_due_digests,
    schedule_digests,
    send_next_digest,
)
from forum.mail.thread_mail.digests.models import Digest

#: Digests that one run sends: the next goes on.
_DIGESTS = 2_000


@scheduled(_("Envoyer les résumés par courriel"), every=60)
@task()
def send_digests() -> None:
    """Plan the digests whose hour has come, and send those that are due."""
    for step in (begin_digests, schedule_digests, plan_due_digests):
        while step():
            pass
    send_due(send_next_digest, _DIGESTS)


@scheduled(_("Oublier les résumés envoyés depuis longtemps"), cron="27 3 * * *")
@task()
def delete_settled_digests() -> None:
    """Forget what was sent long ago."""
    while delete_settled(Digest, timezone.now() - RETENTION):
        pass
