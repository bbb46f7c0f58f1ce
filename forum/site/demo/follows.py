"""The follows of the demonstration."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forum.models import Follow, Post

if TYPE_CHECKING:
    from forum.conversation.addressees.models import ThreadAddressee
    from forum.conversation.threads.models import Thread


#: How long ago everyone last came: what was posted since is unread.
_LAST_VISIT = timedelta(days=45)


def create_follows(
    threads: list[Thread], now: datetime, addressees: list[ThreadAddressee]
) -> None:
    """Have whoever wrote in ``threads`` follow them, read as of ``_LAST_VISIT`` ago.

    So do the people of ``addressees``, to whom the question itself counts as read.
    """
    posts = Post.objects.filter(thread__in=threads).order_by("number")
    follows: dict[tuple[int, int], Follow] = {}
    seen: dict[int, int] = {}
    for thread, person, number, at in posts.values_list(
        "thread", "author", "number", "created_at"
    ):
        if at < now - _LAST_VISIT:
            seen[thread] = number
        follow = follows.setdefault(
            (thread, person), Follow(thread_id=thread, person_id=person, followed_at=at)
        )
        follow.last_read_number = number
    for addressee in addressees:
        person_id = addressee.person_id
        assert person_id is not None  # Only people are asked here.
        follow = Follow(thread_id=addressee.thread_id, person_id=person_id, last_read_number=1)
        follow.followed_at = addressee.asked_at
        follows.setdefault((addressee.thread_id, person_id), follow)
    for (thread, _person), follow in follows.items():
        follow.last_read_number = max(follow.last_read_number, seen.get(thread, 0))
    Follow.objects.bulk_create(follows.values())
