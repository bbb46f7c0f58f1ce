"""What the worker does about mail."""

from django.tasks import task
from django.utils import timezone

from forum.events import SETTLED
from forum.thread_mail.actions import (
    delete_old_mails,
    plan_next_mails,
    send_next_mail,
)
from forum.thread_mail.outbox.actions import Sent, one_connection

#: Steps of a run, and mails that one sends: the next run goes on.
_STEPS, _MAILS = 40, 500


@task()
def mail_posts():
    """Plan the mails of what is new in followed threads, and send those that are due."""
    before = timezone.now() - SETTLED
    for _step in range(_STEPS):
        if not plan_next_mails(before):
            break
    with one_connection():
        for _mail in range(_MAILS):
            if send_next_mail() in (None, Sent.NO_SERVER):
                break


@task()
def delete_settled_mails():
    """Forget what was sent long ago."""
    while delete_old_mails():
        pass
