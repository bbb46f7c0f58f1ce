"""What the worker does about digests."""

from django.tasks import task

from forum.thread_mail.digests.actions import (
    begin_digests,
    delete_old_digests,
    plan_due_digests,
    schedule_digests,
    send_next_digest,
)
from forum.thread_mail.outbox.actions import Sent, one_connection

#: Digests that one run sends: the next goes on.
_DIGESTS = 2_000


@task()
def send_digests():
    """Plan the digests whose hour has come, and send those that are due."""
    for step in (begin_digests, schedule_digests, plan_due_digests):
        while step():
            pass
    with one_connection():
        for _digest in range(_DIGESTS):
            if send_next_digest() in (None, Sent.NO_SERVER):
                break


@task()
def delete_settled_digests():
    """Forget what was sent long ago."""
    while delete_old_digests():
        pass
