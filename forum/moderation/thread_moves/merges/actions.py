"""Merging a thread into another, whose readers all read it already."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, rules, visibility
from forum.base.rules import read_only_reason, require, require_moderator
from forum.base.spaces.models import ThreadCount
from forum.conversation.follows.moves.actions import merge_follows
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.thread_parts import merge_parts
from forum.moderation.thread_moves.actions import require_shown_losing
from forum.moderation.thread_moves.models import LostReader, ThreadMove
from forum.moderation.thread_moves.post_moves.actions import move_posts, newest_post_at
from forum.moderation.thread_moves.post_moves.models import PostMove
from forum.moderation.thread_moves.queries import losing_people
from forum.moderation.thread_moves.rules import may_join

#: Posts that are moved at once: all is one transaction.
MAX_POSTS = 2000


@transaction.atomic(durable=True)
def merge_threads(
    thread: Thread,
    into: Thread,
    actor: Viewer,
    reason: str = "",
    shown_losing: str | None = None,
) -> Thread:
    """Append all posts of ``thread`` to ``into``, and remove it; return ``into``.

    Its addresses lead on to them. Merged twice, it is merged once. Raise Refused where others
    would come to read its posts, where it was merged into another thread meanwhile, and, as
    LosingChanged, where others lose it than ``shown_losing``, a ``stamp_of_losing``, says.
    """
    thread, into = _lock(thread, into, actor)
    if thread.merged_into_id == into.pk:
        return into
    for each_thread in thread, into:
        refusal = _("Un de ces fils vient d’être réuni à un autre : ouvrez-le pour le voir.")
        require(each_thread.merged_into_id is None, refusal)
        if each_thread.removed_at:
            raise Thread.DoesNotExist
        require(rules.may_pin_or_move(actor, each_thread), read_only_reason(each_thread.space))
    require(thread.pk != into.pk, _("C’est ce fil même : choisissez-en un autre."))
    require(into.space.is_within(thread.space), more_readers_reason())
    require(may_join(thread, into), other_licence_reason())
    words = _("Une fiche d’expérience ouvre ce fil : il ne rejoint aucun autre fil.")
    require(not thread.has_sheet, words)
    require(thread.post_count <= MAX_POSTS, too_many_posts_reason())
    losing = losing_people(thread, into.space)
    require_shown_losing(losing, shown_losing)
    move = PostMove(from_thread=thread, thread=into, title=thread.title, reason=reason)
    assert actor.person_id is not None  # An animator has an account.
    move.moved_by_id, move.moved_at = actor.person_id, timezone.now()
    _leave_space(thread, into, move, losing)
    _join(thread, into, move, actor)
    about = {"person_id": thread.author_id, "thread_id": thread.pk}
    record_action(LoggedAction.MERGE_THREADS, actor.person_id, reason=reason, **about)
    ThreadCount.add({(thread.space_id, thread.topic_id): -1})
    return into


def too_many_posts_reason() -> str:
    """Why so long a thread is not merged."""
    words = _("Ce fil a plus de %(most)d messages : fermez-le plutôt, et liez les deux fils.")
    return words % {"most": MAX_POSTS}


def more_readers_reason() -> str:
    """Why a thread is not merged into one that others read."""
    return _(
        "D’autres lisent là que ceux qui lisent ici : changez d’abord ce fil d’espace, ce qui "
        "consulte ceux qui y ont écrit."
    )


def other_licence_reason() -> str:
    """Why a thread is not merged into one of another licence, or of none."""
    return _(
        "Ces deux fils ne se reprennent pas sous la même licence, et leurs auteurs n’ont "
        "accepté que la leur."
    )


def _lock(thread: Thread, into: Thread, actor: Viewer) -> tuple[Thread, Thread]:
    """Both, locked in the order of their ids; removed ones too, which were merged perhaps."""
    rule = visibility.threads_with_removed
    pks = sorted({thread.pk, into.pk})
    locked = {pk: thread_for_update(pk, actor, rule) for pk in pks}
    require_moderator(actor)
    return locked[thread.pk], locked[into.pk]


def _leave_space(thread: Thread, into: Thread, move: PostMove, losing: list[int]) -> None:
    """End a move to another space that waited; notify who does not read where it goes."""
    thread.moves.pending().update(withdrawn_at=move.moved_at)
    if into.space_id == thread.space_id:
        return
    moved = ThreadMove.objects.create(
        thread=thread, title=thread.title, from_space=thread.space, space=into.space,
        reason=move.reason, proposed_by_id=move.moved_by_id, proposed_at=move.moved_at,
        moved_at=move.moved_at,
    )  # fmt: skip
    LostReader.objects.bulk_create(LostReader(move=moved, person_id=pk) for pk in losing)


def _join(thread: Thread, into: Thread, move: PostMove, actor: Viewer) -> None:
    """Move the posts, and what was said of the whole thread; log what changed in both."""
    accepted, thread.accepted = thread.accepted_id, None
    thread.merged_into, thread.removed_at = into, move.moved_at
    remaining = thread.posts.filter(deleted_at=None).defer("text", "html")
    post_count, posts = into.post_count, list(remaining)
    before = [post.number for post in posts]
    thread.save(update_fields=["accepted"])  # First: an answer is accepted in one thread.
    placeholders = move_posts(posts, into, move)
    numbers = dict(zip(before, (post.number for post in posts), strict=True))
    merge_follows(thread.pk, into.pk, numbers, post_count)
    PostMove.objects.filter(thread=thread).update(thread=into)
    if into.kind == "question" and into.settled_at is None:
        into.accepted_id = into.accepted_id or accepted
    columns = merge_parts(thread, into, actor)
    into.last_posted_at = max(newest_post_at(into) or into.created_at, into.last_posted_at)
    changed = ["accepted", "merged_into", "removed_at"]
    events.record(thread, changed=changed)
    if posts:
        events.record_all({thread: placeholders, into: posts})
    events.record(into, changed=["post_count", "last_posted_at", "accepted", *columns])
