"""Starting a thread and replying.

Each action is one transaction of four steps: lock what the actor can see, ask the rule, write,
record. It raises DoesNotExist for what they cannot see, and Refused for what they may not do.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.author_records.middleware import SOURCE
from accounts.base import compiled_queries
from accounts.viewers.viewers import Viewer
from forum.base import events, rules
from forum.base.rules import Refused, read_only_reason, refusal_reason, require
from forum.base.search_index.actions import index_post, index_thread
from forum.base.spaces.models import Space, ThreadCount, Topic
from forum.base.spaces.queries import visible_space
from forum.conversation.addressees.actions import put_to
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.files.actions import Attachment, give_files
from forum.conversation.follows.actions import follow_own_post
from forum.conversation.mentions.actions import RenderedPost, render_post, set_mentions
from forum.conversation.mentions.quotations import POST_PATH, require_quotable
from forum.conversation.tags.actions import set_tags
from forum.conversation.threads import queries
from forum.conversation.threads.holds import HoldReason
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.posting_limits import POSTING_LIMITS, limits_of, too_often
from forum.conversation.threads.queries import earlier_reply, earlier_thread, thread_for_update
from forum.conversation.threads.shown_readers import (
    require_shown_readers,
    shows_public_titles,
)


class NewThread(NamedTuple):
    """What a new thread is to be, besides whom it is put to and its files."""

    space: Space
    topic: Topic
    kind: str
    title: str
    text: str
    tags: Iterable[str]
    idempotency_key: UUID
    shown_readers: str = ""


def start_thread(
    actor: Viewer,
    *,
    space: Space,
    topic: Topic,
    kind: str,
    title: str,
    text: str,
    tags: Iterable[str],
    idempotency_key: UUID,
    shown_readers: str = "",
    addressees: Sequence[Addressee] = (),
    files: Sequence[Attachment] = (),
) -> Thread:
    """Start a thread in ``space`` with a first post; return the thread.

    It is a question put to ``addressees``, if any, who must read the space (``put_to``). The
    same ``idempotency_key`` or words twice give the same thread (``was_posted_before``). Raise
    TooOften (``posting_limits.py``) and, for ``shown_readers``, ReadersChanged.
    """
    new = NewThread(space, topic, kind, title, text, tags, idempotency_key, shown_readers)
    body = render_post(text, actor, Thread(space=space), idempotency_key)
    try:
        with transaction.atomic(durable=True):
            queries.lock_active_account(actor)  # Sent twice at once, one sees the other.
            return add_thread(actor, new, body, addressees, files)
    except IntegrityError:
        return queries.post_of_key(actor, idempotency_key, text, title).thread


def add_thread(
    actor: Viewer,
    new: NewThread,
    body: RenderedPost,
    addressees: Sequence[Addressee] = (),
    files: Sequence[Attachment] = (),
) -> Thread:
    """Add the thread ``new``, whose text is rendered as ``body``; return it, or what stands.

    Part of a transaction that has locked the account of ``actor``.
    """
    space = visible_space(actor, new.space.pk)
    if earlier := earlier_thread(actor, space, new.title, new.text, addressees):
        return _marked_as_earlier(earlier).thread
    require(rules.may_start_thread(actor), _("Signez la charte pour ouvrir un fil."))
    require(rules.may_start_thread(actor, space), read_only_reason(space))
    require_shown_readers(space, new.shown_readers)
    if new.kind == "announcement":
        rules.require_may_announce(actor)
    writer = {"author_id": actor.person_id, "seat_id": actor.seat_id}
    about = {"space": space, "topic": new.topic, "kind": new.kind, "title": new.title}
    about["has_public_title"] = shows_public_titles(space, new.shown_readers)
    thread = compiled_queries.insert(Thread(post_count=1, **about, **writer))
    set_tags(thread, new.tags)
    index_thread(thread)
    post = _create_post(thread, actor, new.idempotency_key, new.text, body, files)
    if addressees:
        put_to(thread, addressees, actor.person_id)
    events.record(thread, post, changed=_count_unless_held(thread, post))
    return thread


def post_reply(
    thread: Thread,
    actor: Viewer,
    text: str,
    idempotency_key: UUID,
    shown_readers: str = "",
    files: Sequence[Attachment] = (),
) -> Post:
    """Add ``actor``'s reply to ``thread``; return the post.

    The same key or words again give the post that stands. Raise as ``start_thread`` does.
    """
    body = render_post(text, actor, thread, idempotency_key)
    try:
        with transaction.atomic(durable=True):
            thread = thread_for_update(thread.pk, actor)
            number = thread.rights_number  # of the rights clock
            if not shown_readers.startswith(f"{number}.{thread.space_id}."):
                require_shown_readers(thread.space, shown_readers, number)
            if not rules.may_reply(actor, thread):
                raise Refused(refusal_reason(actor, thread, rules.no_reply_reason(thread)))
            thread.post_count += 1
            post = _create_post(thread, actor, idempotency_key, text, body, files)
            if post.pk is None:
                if earlier := earlier_reply(actor, post):
                    return _marked_as_earlier(earlier)
                raise too_often(actor, post)
            if post.held_at is None:
                thread.last_posted_at = post.created_at
            events.record(thread, post, changed=["post_count", "last_posted_at"])
            return post
    except IntegrityError:
        return queries.post_of_key(actor, idempotency_key, text)


def _create_post(
    thread: Thread,
    actor: Viewer,
    idempotency_key: UUID,
    text: str,
    body: RenderedPost,
    files: Sequence[Attachment],
) -> Post:
    """The post; without an id where it is a reply that was sent before, or one too many."""
    if POST_PATH in text:
        require_quotable(actor, body.html, thread.space, "")
    assert actor.person_id is not None  # Who writes has an account.
    post = Post(
        thread=thread, number=thread.post_count, author_id=actor.person_id, html=body.html,
        seat_id=actor.seat_id, text=text, idempotency_key=idempotency_key, source=SOURCE.get(),
    )  # fmt: skip
    since = post.created_at - queries.SAME_POST_PERIOD
    is_long = len(text) >= queries.MIN_LENGTH_OF_SAME_POST
    same = actor.person_id, since, thread.pk, post.number - 1, is_long, text
    limits, within = POSTING_LIMITS[post.number == 1, actor.seat_id is not None]
    if thread.slow_mode_minutes:
        limits, within = limits_of(actor, post)
    counted = ((getattr(actor, it.parameter), post.created_at - it.period) for it in limits)
    if not actor.seat_ids or settings.FORUM_ADMISSION == "open":
        post.hold(queries.reason_to_hold(actor, thread.space, body.html))
    may_copy = bool(post.held_at) or not is_long or actor.is_animator or thread.space.is_private
    new, params = f"{queries.IS_NEW_REPLY} AND {within}", (*same, *chain.from_iterable(counted))
    copied = may_copy, actor.person_id, since, thread.pk, text
    where = compiled_queries.Condition(f"{new} AND {queries.IS_NO_COPY}", (*params, *copied))
    compiled_queries.insert(post, where=where)
    if post.pk is None and not may_copy and queries.is_copy(actor, post):
        post.hold(HoldReason.COPIES)
        compiled_queries.insert(post, where=compiled_queries.Condition(new, params))
    if post.pk is None and post.number == 1:
        raise too_often(actor, post)
    if post.pk is not None:
        if files:
            give_files(post, actor, files)
        if body.named or body.quoted:
            set_mentions(post, body)
        index_post(post)
        follow_own_post(actor, thread.pk, post.number)
    return post


def _count_unless_held(thread: Thread, post: Post) -> list[str]:
    """Count a new thread, or remove it while its first post waits; return changed fields."""
    if post.held_at is None:
        ThreadCount.add({(thread.space_id, thread.topic_id): 1})
        return []
    thread.removed_at = post.held_at
    return ["removed_at"]


def _marked_as_earlier(post: Post) -> Post:
    post.was_posted_before = post.thread.was_posted_before = True
    return post
