"""What moves a follow along without its person pressing anything: writing, and reading.

Following and stopping are in ``forum.following``.
"""

from django.db import transaction

from accounts.base import fast_write
from forum.follows.models import Follow

_ON_CONFLICT_MARK_READ = "ON CONFLICT (person_id, thread_id) DO UPDATE SET last_read_number = excluded.last_read_number"


def follow_own_post(actor, thread_id, number):
    """Who writes post ``number`` of a thread follows it, and has read up to there.

    A step of the writing's own transaction, in one statement: new posts have the highest
    number, so nothing read is ever unread.
    """
    follow = Follow(person_id=actor.person_id, thread_id=thread_id, last_read_number=number)
    fast_write.insert(follow, _ON_CONFLICT_MARK_READ)


@transaction.atomic(durable=True)
def mark_read(thread_id, numbers):
    """Note what followers were shown: ``numbers`` is ``{person id: number of a post}``.

    In two statements, however many they are. Nobody goes backwards or beyond the last
    post, and who does not follow is left alone. Return the ids of those who moved on.
    """
    if not numbers:
        return set()
    behind = Follow.objects.filter(
        thread=thread_id, person__in=numbers, last_read_number__lt=max(numbers.values())
    )
    moved = []
    # Who writes at this very moment moves on by that: nobody waits for them here.
    for follow in _follows_for_update(behind, skip_locked=True):
        number = min(numbers[follow.person_id], follow.thread.post_count)
        if number > follow.last_read_number:
            follow.last_read_number = number
            moved.append(follow)
    Follow.objects.bulk_update(moved, ["last_read_number"])
    return {follow.person_id for follow in moved}


@transaction.atomic(durable=True)
def mark_all_read(actor, until):
    """What was said by ``until`` is not news to ``actor`` any more.

    A thread where something was said since stays as it is: nobody has seen that.
    """
    told = (
        Follow.objects.of_viewer(actor).with_unread().filter(thread__last_posted_at__lte=until)
    )
    follows = _follows_for_update(told)
    for follow in follows:
        follow.last_read_number = follow.thread.post_count
    Follow.objects.bulk_update(follows, ["last_read_number"], batch_size=500)


def _follows_for_update(follows, **options):
    """These rows with their threads' counters, held still until the transaction ends.

    Whoever holds several takes them in one order, so that two never wait for each other.
    """
    rows = follows.select_related("thread").only(
        "person", "last_read_number", "thread__post_count"
    )
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True, **options))
