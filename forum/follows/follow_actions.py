"""Following a thread and stopping, by one's own choice."""

from django.db import transaction
from django.utils.translation import gettext as _

from forum import rules
from forum.models import Follow, Thread
from forum.threads.guards import require


@transaction.atomic(durable=True)
def follow_thread(thread_id, actor):
    """``actor`` follows the thread from now on; return it.

    What stands there is not news; to whoever follows it already, nothing changes.
    """
    thread = Thread.objects.visible_to(actor).get(pk=thread_id)
    require(rules.may_follow(actor), _("Pour suivre un fil, il faut un compte."))
    follow = Follow(
        person_id=actor.person_id, thread=thread, last_read_number=thread.post_count
    )
    Follow.objects.bulk_create([follow], ignore_conflicts=True)
    return thread


@transaction.atomic(durable=True)
def unfollow_thread(thread_id, actor):
    """``actor`` hears no more of the thread, until they write in it again; return it."""
    thread = Thread.objects.visible_to(actor).get(pk=thread_id)
    Follow.objects.of_viewer(actor).filter(thread=thread).delete()
    return thread
