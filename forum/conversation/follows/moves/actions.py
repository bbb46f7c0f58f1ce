"""What becomes of follows where posts go to another thread, in the transaction that moves them.

``numbers`` are ``{number of a moved post before: now}``, in order.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from forum.conversation.follows.models import Follow, Level

#: What is the more to be told of a thread comes last.
_STRENGTH = [Level.MUTED, Level.FIRST, Level.NAMED, Level.ALL]


def follow_split(
    from_id: int, thread_id: int, numbers: Mapping[int, int], author_ids: Iterable[int]
) -> None:
    """Those authors of moved posts who follow their old thread follow the new one as well.

    As they did, read as far as they had read; who muted the old one has muted both. Not those
    who were told of the old one as new and do not follow what they reply to.
    """
    rows = Follow.objects.filter(thread=from_id, person__in=author_ids)
    rows = rows.exclude(level=Level.FIRST).order_by("pk")
    before = list(numbers)
    Follow.objects.bulk_create(
        Follow(
            person_id=old.person_id,
            thread_id=thread_id,
            level=old.level,
            channel=old.channel,
            last_read_number=bisect_right(before, old.last_read_number),
            mailed_number=bisect_right(before, old.mailed_number),
        )
        for old in rows
    )


def merge_follows(
    from_id: int, thread_id: int, numbers: Mapping[int, int], post_count: int
) -> None:
    """Move the follows of a thread to the one that it is merged into.

    ``post_count``: how many posts that one had. Who followed both goes on at the stronger level
    of the two, but what they muted stays muted; who followed the first alone goes on as they
    did, and only what they had not read of it is new to them. Of what somebody muted, or was
    told once as new, nothing is brought to a thread that they do not follow.
    """
    follows = Follow.objects.filter(thread__in=[from_id, thread_id]).order_by("pk")
    rows = list(follows.select_for_update(of=("self",), no_key=True))
    there = {row.person_id: row for row in rows if row.thread_id == thread_id}
    before = list(numbers)
    added: list[Follow] = []
    changed: list[Follow] = []
    for old in rows:
        if old.thread_id != from_id:
            continue
        read = post_count + bisect_right(before, old.last_read_number)
        mailed = old.mailed_number and post_count + bisect_right(before, old.mailed_number)
        if follow := there.get(old.person_id):
            if follow.mailed_number and follow.mailed_number >= post_count:
                follow.mailed_number = max(follow.mailed_number, mailed or 0)
            changed.append(_joined(follow, old, read, post_count))
        elif old.level in (Level.ALL, Level.NAMED):
            old.pk, old.thread_id = None, thread_id
            old.last_read_number, old.mailed_number = read, mailed
            added.append(old)
    fields = ["last_read_number", "mailed_number", "level", "channel", "subscription"]
    Follow.objects.bulk_update(changed, fields, batch_size=500)
    Follow.objects.filter(thread=from_id).delete()
    Follow.objects.bulk_create(added, batch_size=500)


def _joined(follow: Follow, old: Follow, read: int, post_count: int) -> Follow:
    """``follow`` as it goes on for who followed ``old`` as well.

    Where they had read one of the two only, what is unread in the other stays so.
    """
    if follow.last_read_number >= post_count:
        follow.last_read_number = max(follow.last_read_number, read)
    is_stronger = _STRENGTH.index(Level(old.level)) > _STRENGTH.index(Level(follow.level))
    if is_stronger and follow.level != Level.MUTED:
        follow.level = old.level
        if follow.subscription_id and not old.subscription_id:
            follow.subscription, follow.channel = None, old.channel
    return follow
