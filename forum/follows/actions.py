"""What moves a follow along without its person pressing anything: writing, and reading.

Following and stopping are in ``forum.following``.
"""

from django.db import transaction

from accounts import written
from forum.follows.models import Follow

_OR_MOVE_ON = (
    "ON CONFLICT (person_id, thread_id) DO UPDATE SET read_number = excluded.read_number"
)


def keep_up(actor, thread_id, number):
    """Who writes post ``number`` of a thread follows it, and has read up to there.

    A step of the writing's own transaction, in one statement: new posts have the highest
    number, so nothing read is ever unread.
    """
    follow = Follow(person_id=actor.person_id, thread_id=thread_id, read_number=number)
    written.insert(follow, _OR_MOVE_ON)


@transaction.atomic(durable=True)
def mark_read(thread_id, numbers):
    """Note what followers were shown: ``numbers`` is ``{person id: number of a post}``.

    In two statements, however many they are. Nobody goes backwards or beyond the last
    post, and who does not follow is left alone. Return the ids of those who moved on.
    """
    if not numbers:
        return set()
    behind = Follow.objects.filter(
        thread=thread_id, person__in=numbers, read_number__lt=max(numbers.values())
    )
    moved = []
    # Who writes at this very moment moves on by that: nobody waits for them here.
    for follow in _locked(behind, skip_locked=True):
        number = min(numbers[follow.person_id], follow.thread.post_count)
        if number > follow.read_number:
            follow.read_number = number
            moved.append(follow)
    Follow.objects.bulk_update(moved, ["read_number"])
    return {follow.person_id for follow in moved}


@transaction.atomic(durable=True)
def mark_all_read(actor, until):
    """What was said by ``until`` is not news to ``actor`` any more.

    A thread where something was said since stays as it is: nobody has seen that.
    """
    told = Follow.objects.of(actor).with_news().filter(thread__last_posted_at__lte=until)
    follows = _locked(told)
    for follow in follows:
        follow.read_number = follow.thread.post_count
    Follow.objects.bulk_update(follows, ["read_number"], batch_size=500)


def _locked(follows, **options):
    """These rows with their threads' counters, held still until the transaction ends.

    Whoever holds several takes them in one order, so that two never wait for each other.
    """
    rows = follows.select_related("thread").only("person", "read_number", "thread__post_count")
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True, **options))
