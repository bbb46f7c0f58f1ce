"""Splitting a thread: some of its posts become a thread of their own, in the same space."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events, rules
from forum.base.rules import refusal_reason, require
from forum.base.search_index.actions import index_thread
from forum.base.spaces.models import ThreadCount, Topic
from forum.conversation.follows.moves.actions import follow_split
from forum.conversation.tags.actions import set_tags
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.shown_readers import require_shown_readers
from forum.moderation.thread_moves.post_moves.actions import move_posts, newest_post_at
from forum.moderation.thread_moves.post_moves.models import PostMove
from forum.moderation.thread_moves.splits.rules import may_split

#: Posts that are moved at once: what is more is a thread to close, not to split.
MAX_POSTS = 500


@transaction.atomic(durable=True)
def split_thread(
    thread: Thread,
    actor: Viewer,
    *,
    numbers: Collection[int],
    title: str,
    topic: Topic,
    kind: str,
    tags: Iterable[str],
    reason: str = "",
    shown_readers: str = "",
) -> Thread:
    """Make a thread of the posts ``numbers`` of ``thread``, in its space; return the new one.

    It is its first post's author's, and asked when that was written. The same posts again give
    the same thread (``was_posted_before``). Raise Refused where one of them is not there any
    more, is the first of its thread, or may not be taken by ``actor``; and ReadersChanged.
    """
    thread = thread_for_update(thread.pk, actor)
    chosen = list(thread.posts.filter(number__in=numbers).order_by("number"))
    if earlier := _earlier_split(thread, actor, chosen):
        return earlier
    _require_may_split(thread, actor, chosen, len(set(numbers)))
    if kind == "announcement":
        rules.require_may_announce(actor)
    require_shown_readers(thread.space, shown_readers)
    new = Thread(space=thread.space, topic=topic, kind=kind, title=title)
    new.licence = thread.licence
    placeholders = _move_out(thread, new, chosen, actor, reason)
    if rules.may_moderate(actor):
        record_action(
            LoggedAction.SPLIT_THREAD,
            actor.person_id,
            person_id=thread.author_id,
            thread_id=thread.pk,
            post_id=chosen[0].pk,
            reason=reason,
        )
    events.record(thread, changed=["accepted", "last_posted_at"])
    events.record_all({thread: placeholders})
    events.record(new, changed=["post_count", "last_posted_at"])
    set_tags(new, tags)
    index_thread(new)
    ThreadCount.add({(new.space_id, new.topic_id): 1})
    return new


def _move_out(
    thread: Thread, new: Thread, posts: list[Post], actor: Viewer, reason: str
) -> list[Post]:
    """Save the ``new`` thread, which the first of ``posts`` opens; return what stays behind."""
    first, before = posts[0], [post.number for post in posts]
    new.author_id, new.seat_id = first.author_id, first.seat_id
    if not rules.is_author(actor, first):
        new.retitled_at = timezone.now()
    # What was read in the old thread is no news, and who gained it by a move gains no more.
    new.created_at, new.moved_at = first.created_at, thread.moved_at
    new.save()
    move = PostMove(from_thread=thread, thread=new, title=thread.title, reason=reason)
    assert actor.person_id is not None  # Who splits a thread has an account.
    move.moved_by_id = actor.person_id
    placeholders = move_posts(posts, new, move)
    numbers = dict(zip(before, (post.number for post in posts), strict=True))
    follow_split(thread.pk, new.pk, numbers, {post.author_id for post in posts})
    if thread.accepted_id in {post.pk for post in posts}:
        thread.accepted = None
    for each_thread in thread, new:
        each_thread.last_posted_at = newest_post_at(each_thread) or each_thread.created_at
    return placeholders


def _earlier_split(thread: Thread, actor: Viewer, chosen: list[Post]) -> Thread | None:
    """The thread that the actor has made of just these posts already, where they see it."""
    moved = [post.moved_to_id for post in chosen]
    if not chosen or None in moved:
        return None
    seen = Thread.objects.visible_to(actor).filter(posts__in=moved).distinct()[:2]
    earlier = seen[0] if len(seen) == 1 else None
    own = PostMove.objects.filter(from_thread=thread, thread=earlier, moved_by=actor.person_id)
    if earlier is None or not own.exists():
        return None
    earlier.was_posted_before = True
    return earlier


def _require_may_split(thread: Thread, actor: Viewer, chosen: list[Post], count: int) -> None:
    reason = _("Vous ne pouvez pas mettre ces messages dans un fil à part.")
    require(may_split(actor, thread, chosen), refusal_reason(actor, thread, reason))
    require_read_posts(actor, thread.space)  # They give it a title.
    present = [post for post in chosen if post.deleted_at is None]
    refusal = _("Un des messages choisis n’est plus là : il a été supprimé ou déplacé.")
    require(bool(present) and len(present) == count, refusal)
    first = _("Le premier message d’un fil ne le quitte pas : changez le fil d’espace, ou "
              "réunissez-le à un autre.")  # fmt: skip
    require(present[0].number > 1, first)
    hidden = _("Le premier message choisi ouvre le nouveau fil : il faut qu’on puisse le lire.")
    require(present[0].is_shown, hidden)
    many = _("On déplace %(most)d messages au plus à la fois.") % {"most": MAX_POSTS}
    require(count <= MAX_POSTS, many)
