"""Making polls, voting in them and closing them.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base import events
from forum.base.rules import Refused, no_reply_reason, refusal_reason, require
from forum.base.search_index.actions import index_thread
from forum.base.spaces.models import Audience
from forum.conversation.consultations.actions import close, close_early, lock
from forum.conversation.consultations.rules import may_add, may_answer
from forum.conversation.polls import rules
from forum.conversation.polls.models import (
    Poll,
    PollValues,
    PollVote,
    ResultsShown,
)
from forum.conversation.polls.secret_ballots.actions import prepare_ballots
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

    Raise Refused where one is open, or ``actor`` may not, ReadersChanged where others read the
    thread than the form showed in ``shown_readers``, and by secret ballot TooManyVoters and
    TooFewVoters.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    may = rules.may_add_secret_poll if values.voter_kind else may_add
    require(may(actor, thread), no_poll_reason(actor, thread))
    require_read_posts(actor, thread.space)
    if poll := Poll.objects.open().filter(thread=thread).first():
        if values == poll.values and poll.author_id == actor.person_id:
            return poll
        words = _("Un sondage est déjà ouvert dans ce fil : il faut d’abord le clore.")
        require(not poll.takes_votes, words)
        close(poll)
    assert actor.person_id is not None  # Who writes has an account.
    poll = Poll.objects.create(thread=thread, author_id=actor.person_id, **values._asdict())
    if poll.is_secret:
        prepare_ballots(poll)
    index_thread(thread)
    events.record(thread)
    return poll


def no_poll_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to who may not make a poll."""
    if thread.is_locked:
        return refusal_reason(viewer, thread, no_reply_reason(thread))
    if thread.space.audience == Audience.PUBLIC and may_add(viewer, thread):
        return _("Un vote à bulletin secret s’ouvre dans un espace de membres.")
    words = _("Un sondage est fait par qui a ouvert le fil, ou par l’équipe d’animation.")
    return refusal_reason(viewer, thread, words)


@transaction.atomic(durable=True)
def edit_poll(poll: Poll, actor: Viewer, values: PollValues, shown_readers: str = "") -> Poll:
    """Set ``values`` of ``poll``, in which nobody has voted; return it.

    What was promised to who read it stays so: no names, and no results before it is closed.
    """
    poll, thread = lock(poll, actor)
    require_shown_readers(thread.space, shown_readers)
    words = _("On ne modifie que son propre sondage, tant que personne n’y a voté.")
    may_edit = rules.may_edit_poll(actor, thread, poll) and not values.voter_kind
    require(may_edit, words)
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
def vote(
    poll: Poll,
    actor: Viewer,
    numbers: Iterable[int],
    version: int,
    if_needed: Iterable[int] = (),
) -> None:
    """Vote for the choices of these ``numbers``, in place of what ``actor`` had chosen.

    Of dates, perhaps none suits them, and on those of ``if_needed`` they come if need be.
    Raise PollChanged where ``version`` is not what it says now.
    """
    poll, thread = lock(poll, actor)
    why = rules.no_vote_reason(actor, thread, poll)
    require(may_answer(actor, thread, poll) and not poll.is_secret, why)
    if version != poll.version:
        raise PollChanged
    chosen, also = sorted(set(numbers)), sorted(set(if_needed) - set(numbers))
    why = rules.wrong_choice_reason(poll, chosen, also)
    require(not why, why)
    own = PollVote.objects.filter(poll=poll, person=actor.person_id)
    if own.filter(chosen=chosen, if_needed=also).exists():
        return
    assert actor.person_id is not None  # Who votes has an account.
    defaults = {"chosen": chosen, "if_needed": also, "voted_at": timezone.now()}
    PollVote.objects.update_or_create(poll=poll, person_id=actor.person_id, defaults=defaults)
    events.record(thread)


@transaction.atomic(durable=True)
def take_vote_back(poll: Poll, actor: Viewer) -> None:
    """Take back the vote of ``actor``; twice is once."""
    poll, thread = lock(poll, actor)
    require(may_answer(actor, thread, poll), rules.no_vote_reason(actor, thread, poll))
    if PollVote.objects.filter(poll=poll, person=actor.person_id).delete()[0]:
        events.record(thread)


@transaction.atomic(durable=True)
def close_poll(poll: Poll, actor: Viewer) -> None:
    """Close ``poll``; twice is once."""
    poll, thread = lock(poll, actor)
    if poll.closed_at:
        return
    words = _("Un sondage est clos par qui l’a fait, ou par l’équipe d’animation.")
    require(rules.may_close_poll(actor, thread, poll), words)
    poll.closes_on = None
    close(poll)
    events.record(thread)


def leave_polls(thread: Thread) -> None:
    """Close the polls of ``thread`` and forget their names, as more come to read it.

    Those whose author did not open it stay behind: only who did has agreed. So do those by
    secret ballot, which list their voters. Those that were removed before stay so.
    """
    polls = Poll.objects.filter(thread=thread)
    close_early(Poll, thread)
    polls.update(is_named=False, is_restorable=False)
    others = polls.filter(removed_at=None).exclude(author=thread.author_id, voter_kind="")
    if others.update(removed_at=timezone.now()):
        index_thread(thread)
