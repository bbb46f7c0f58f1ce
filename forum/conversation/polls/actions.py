"""Making polls, voting in them, closing and removing them.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base import events
from forum.base.rules import Refused, no_reply_reason, refusal_reason, require
from forum.base.search_index.actions import index_thread
from forum.conversation.polls import rules
from forum.conversation.polls.models import (
    Poll,
    PollQuerySet,
    PollValues,
    PollVote,
    ResultsShown,
    removed_polls,
)
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.shown_readers import require_shown_readers


class PollChanged(Refused):
    """The poll says something else than the voter read."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Ce sondage a été modifié depuis que vous l’avez ouvert."))


@transaction.atomic(durable=True)
def add_poll(
    thread: Thread, actor: Viewer, values: PollValues, shown_readers: str = ""
) -> Poll:
    """Begin a poll in ``thread``; return it. Sent twice, it is the one that there is.

    Raise Refused where one is open, or ``actor`` may not, and ReadersChanged where others read
    the thread than the form showed in ``shown_readers``.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    require(rules.may_add_poll(actor, thread), no_poll_reason(actor, thread))
    require_read_posts(actor, thread.space)
    if poll := Poll.objects.open().filter(thread=thread).first():
        is_same = values == PollValues(*(getattr(poll, name) for name in values._fields))
        if is_same and poll.author_id == actor.person_id:
            return poll
        words = _("Un sondage est déjà ouvert dans ce fil : il faut d’abord le clore.")
        require(not poll.takes_votes, words)
        _close(poll)
    assert actor.person_id is not None  # Who writes has an account.
    poll = Poll.objects.create(thread=thread, author_id=actor.person_id, **values._asdict())
    index_thread(thread)
    events.record(thread)
    return poll


def no_poll_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to who may not make a poll."""
    if thread.is_locked:
        return refusal_reason(viewer, thread, no_reply_reason(thread))
    words = _("Un sondage est fait par qui a ouvert le fil, ou par l’équipe d’animation.")
    return refusal_reason(viewer, thread, words)


@transaction.atomic(durable=True)
def edit_poll(poll: Poll, actor: Viewer, values: PollValues, shown_readers: str = "") -> Poll:
    """Set ``values`` of ``poll``, in which nobody has voted; return it.

    What was promised to who read it stays so: no names, and no results before it is closed.
    """
    poll, thread = _lock(poll, actor)
    require_shown_readers(thread.space, shown_readers)
    words = _("On ne modifie que son propre sondage, tant que personne n’y a voté.")
    require(rules.may_edit_poll(actor, thread, poll), words)
    require_read_posts(actor, thread.space)
    words = _("Ce sondage a été annoncé sans noms : il le reste. Supprimez-le pour en refaire.")
    require(poll.is_named or not values.is_named, words)
    words = _("Les résultats de ce sondage ne se montrent qu’une fois clos : cela reste ainsi.")
    was_secret = poll.results == ResultsShown.CLOSED
    require(not was_secret or values.results == ResultsShown.CLOSED, words)
    for name, value in values._asdict().items():
        setattr(poll, name, value)
    poll.version += 1
    poll.save(update_fields=[*values._fields, "version"])
    index_thread(thread)
    events.record(thread)
    return poll


@transaction.atomic(durable=True)
def vote(poll: Poll, actor: Viewer, numbers: Iterable[int], version: int) -> None:
    """Vote for the choices of these ``numbers``, in place of what ``actor`` had chosen.

    Raise PollChanged where ``version`` is not what it says now.
    """
    poll, thread = _lock(poll, actor)
    why = rules.no_vote_reason(actor, thread, poll)
    require(rules.may_vote(actor, thread, poll), why)
    if version != poll.version:
        raise PollChanged
    chosen = sorted(set(numbers))
    are_there = bool(chosen) and set(chosen) <= {number for number, _text in poll.choice_list}
    require(are_there, _("Choisissez parmi ce qui est proposé."))
    require(poll.takes_several or len(chosen) == 1, _("Un seul choix est possible."))
    own = PollVote.objects.filter(poll=poll, person=actor.person_id)
    if own.filter(chosen=chosen).exists():
        return
    assert actor.person_id is not None  # Who votes has an account.
    defaults = {"chosen": chosen, "voted_at": timezone.now()}
    PollVote.objects.update_or_create(poll=poll, person_id=actor.person_id, defaults=defaults)
    events.record(thread)


@transaction.atomic(durable=True)
def take_vote_back(poll: Poll, actor: Viewer) -> None:
    """Take back the vote of ``actor``; twice is once."""
    poll, thread = _lock(poll, actor)
    require(rules.may_vote(actor, thread, poll), rules.no_vote_reason(actor, thread, poll))
    if PollVote.objects.filter(poll=poll, person=actor.person_id).delete()[0]:
        events.record(thread)


@transaction.atomic(durable=True)
def close_poll(poll: Poll, actor: Viewer) -> None:
    """Close ``poll``; twice is once."""
    poll, thread = _lock(poll, actor)
    if poll.closed_at:
        return
    words = _("Un sondage est clos par qui l’a fait, ou par l’équipe d’animation.")
    require(rules.may_close_poll(actor, thread, poll), words)
    poll.closes_on = None
    _close(poll)
    events.record(thread)


@transaction.atomic(durable=True)
def remove_poll(poll: Poll, actor: Viewer, reason: str = "") -> Thread:
    """Take ``poll`` out of sight, for a ``reason``; return its thread.

    Its author deletes it where nobody has voted.
    """
    poll, thread = _lock(poll, actor)
    if rules.may_delete_poll(actor, thread, poll):
        poll.delete()
    else:
        words = _("Des personnes ont voté : seule l’équipe d’animation supprime ce sondage.")
        require(rules.may_remove_poll(actor, thread, poll), words)
        require(bool(reason), _("Dites pourquoi : le journal le garde."))
        poll.removed_at, poll.is_restorable = timezone.now(), True
        poll.save(update_fields=["removed_at", "is_restorable"])
        _log(LoggedAction.REMOVE_POLL, actor, poll, reason)
    index_thread(thread)
    events.record(thread)
    return thread


@transaction.atomic(durable=True)
def restore_poll(poll: Poll, actor: Viewer, reason: str) -> Poll:
    """Show a removed ``poll`` again, for a ``reason``; return it.

    Closed, where another was opened meanwhile. Raise Poll.DoesNotExist where it is not removed,
    or may not come back, since others read its thread now.
    """
    thread = thread_for_update(poll.thread_id, actor)
    poll = Poll.objects.visible_to(actor, removed_polls).get(pk=poll.pk, thread=thread)
    require(rules.may_restore_poll(actor, thread, poll), rules.no_restore_reason(actor, thread))
    require(bool(reason), _("Dites pourquoi : le journal le garde."))
    if poll.closed_at is None and Poll.objects.open().filter(thread=thread).exists():
        poll.closed_at, poll.closes_on = timezone.now(), None
    poll.removed_at, poll.is_restorable = None, False
    poll.save(update_fields=["removed_at", "is_restorable", "closed_at", "closes_on"])
    _log(LoggedAction.RESTORE_POLL, actor, poll, reason)
    index_thread(thread)
    events.record(thread)
    return poll


def close_due_polls() -> int:
    """Close the polls whose last day is over; return how many."""
    due = Poll.objects.filter(closed_at=None, closes_on__lt=timezone.localdate())
    pks = list(due.order_by("pk").values_list("pk", "thread"))
    return sum(_close_due(*keys) for keys in pks)


@transaction.atomic(durable=True)
def _close_due(pk: int, thread_id: int) -> bool:
    """Whether the poll was still to be closed, and in this thread."""
    thread = lock_row(Thread, thread_id)
    poll = Poll.objects.filter(pk=pk, thread=thread, closed_at=None).first()
    if poll is None or poll.takes_votes:
        return False
    _close(poll)
    events.record(thread)
    return True


def carry_polls(thread: Thread, into: Thread) -> None:
    """Give ``into`` the polls of ``thread``; of two open ones that of ``into`` stays so.

    Part of the transaction that merges ``thread`` into it.
    """
    polls = Poll.objects.filter(thread=thread)
    if Poll.objects.open().filter(thread=into).exists():
        _close_early(polls)
    if polls.update(thread=into):
        index_thread(into)


def leave_polls(thread: Thread) -> None:
    """Close the polls of ``thread`` and forget their names, as more come to read it.

    Those whose author did not open it stay behind: only who did has agreed. Those that were
    removed before stay so.
    """
    polls = Poll.objects.filter(thread=thread)
    _close_early(polls)
    polls.update(is_named=False, is_restorable=False)
    others = polls.filter(removed_at=None).exclude(author=thread.author_id)
    if others.update(removed_at=timezone.now()):
        index_thread(thread)


def delete_polls(thread: Thread) -> None:
    """Delete the polls of ``thread``, as sending its first post is undone."""
    if Poll.objects.filter(thread=thread).delete()[0]:
        index_thread(thread)


def _lock(poll: Poll, actor: Viewer) -> tuple[Poll, Thread]:
    """``poll`` and its thread, locked."""
    thread = thread_for_update(poll.thread_id, actor)
    polls = Poll.objects.visible_to(actor).with_voter_count()
    return polls.get(pk=poll.pk, thread=thread), thread


def _log(action: LoggedAction, actor: Viewer, poll: Poll, reason: str) -> None:
    """Log what an animator does to ``poll``, for a ``reason``."""
    person_id, thread_id = poll.author_id, poll.thread_id
    record_action(
        action, actor.person_id, person_id=person_id, thread_id=thread_id, reason=reason
    )


def _close(poll: Poll) -> None:
    poll.closed_at = timezone.now()
    poll.save(update_fields=["closed_at", "closes_on"])


def _close_early(polls: PollQuerySet) -> None:
    polls.filter(closed_at=None).update(closed_at=timezone.now(), closes_on=None)
