"""Moving posts to another thread: what merging and splitting threads have in common.

Each is part of the transaction of one of them, which has locked both threads.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db.models import Case, Max, Value, When
from django.db.models.functions import Coalesce

from forum.base import visibility
from forum.base.spaces.queries import lock_contribution_counts
from forum.conversation.threads.models import Post, Thread
from forum.moderation.thread_moves.models import ThreadMove
from forum.moderation.thread_moves.post_moves.models import PostMove

_BATCH_SIZE = 500


def move_posts(posts: Sequence[Post], into: Thread, move: PostMove) -> list[Post]:
    """Append ``posts``, which are of one thread and in order, to ``into``; what stays there.

    They take along all that is theirs. What stays are placeholders, of the moment of ``move``,
    which is saved; so numbers do not change where the posts were. ``into`` counts them; it and
    its times are saved by the caller.
    """
    thread = move.from_thread
    _lock_counts(posts, thread, into)
    before = {post.pk: post.number for post in posts}
    for number, post in enumerate(posts, into.post_count + 1):
        post.thread, post.number = into, number
    for start in range(0, len(posts), _BATCH_SIZE):
        batch = posts[start : start + _BATCH_SIZE]
        numbers = Case(*(When(pk=post.pk, then=Value(post.number)) for post in batch))
        pks = [post.pk for post in batch]
        Post.objects.filter(pk__in=pks).update(thread=into, number=numbers)
    _show_within(into)
    into.post_count += len(posts)
    placeholders = [
        Post(
            thread=thread, number=before[post.pk], author_id=post.author_id, text="", html="",
            idempotency_key=uuid4(), created_at=thread.created_at, deleted_at=move.moved_at,
            moved_to=post,
        )
        for post in posts
    ]  # fmt: skip
    Post.objects.bulk_create(placeholders, batch_size=_BATCH_SIZE)
    move.save()
    return placeholders


def newest_post_at(thread: Thread) -> datetime | None:
    """When the newest post of ``thread`` that is shown came to be read; None where none is."""
    at = Max(Coalesce("approved_at", "created_at"))
    posts = thread.posts.filter(visibility.shown_posts())
    newest: datetime | None = posts.aggregate(at=at)["at"]
    return newest


def _lock_counts(posts: Sequence[Post], thread: Thread, into: Thread) -> None:
    seats = Post.objects.filter(pk__in=[post.pk for post in posts], seat__isnull=False)
    organisations = seats.order_by().values_list("seat__organisation", flat=True).distinct()
    kept_for = {(thread.topic_id, thread.space_id), (into.topic_id, into.space_id)}
    lock_contribution_counts(sorted(kept_for), list(organisations))


def _show_within(into: Thread) -> None:
    """Show what was withheld from others than those who read ``into``."""
    withheld = into.posts.exclude(withheld_move=None)
    moves = ThreadMove.objects.filter(pk__in=withheld.values("withheld_move"))
    for move in moves.select_related("from_space"):
        if into.space.is_within(move.from_space):
            withheld.filter(withheld_move=move).update(withheld_move=None)
