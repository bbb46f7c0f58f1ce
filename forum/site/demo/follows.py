"""The follows of the demonstration."""

from datetime import timedelta

from forum.models import Follow, Post

#: How long ago everyone last came: what was posted since is unread.
_LAST_VISIT = timedelta(days=45)


def create_follows(threads, now, addressees):
    """Have whoever wrote in ``threads`` follow them, read as of ``_LAST_VISIT`` ago.

    So do the people of ``addressees``, to whom the question itself counts as read.
    """
    posts = Post.objects.filter(thread__in=threads).order_by("number")
    follows, seen = {}, {}
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
        follow = Follow(
            thread_id=addressee.thread_id, person_id=addressee.person_id, last_read_number=1
        )
        follow.followed_at = addressee.asked_at
        follows.setdefault((addressee.thread_id, addressee.person_id), follow)
    for (thread, _person), follow in follows.items():
        follow.last_read_number = max(follow.last_read_number, seen.get(thread, 0))
    Follow.objects.bulk_create(follows.values())
