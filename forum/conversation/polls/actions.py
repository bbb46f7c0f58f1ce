"""Making polls, voting in them and closing them.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import College
from accounts.viewers.viewers import Viewer
from forum.base import events
from forum.base.rules import Refused, no_reply_reason, refusal_reason, require
from forum.base.search_index.actions import index_thread
from forum.base.spaces.models import Audience
from forum.conversation.consultations.actions import (
    close,
    close_early,
    frozen_voters,
    lock,
)
from forum.conversation.consultations.rules import may_add, may_answer
from forum.conversation.polls import rules
from forum.conversation.polls.choices import ResultsShown
from forum.conversation.polls.minutes.actions import write_minutes
from forum.conversation.polls.models import Poll, PollValues, PollVote, PollVoter, own_votes
from forum.conversation.polls.queries import outcome_of
from forum.conversation.polls.secret_ballots.actions import count_ballots, prepare_ballots
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
    thread than the form showed in ``shown_readers``, TooManyVoters where voters are frozen,
    and by secret ballot TooFewVoters.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    may = rules.may_add_frozen_poll if values.voter_kind else may_add
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
    if poll.voter_kind:
        voters = frozen_voters(poll.voter_kind, thread.space)
        PollVoter.objects.bulk_create(PollVoter(poll=poll, **about) for about in voters)
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
        return _("Un vote dont la liste des voix est fixée s’ouvre dans un espace de membres.")
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
    voter_id: int = 0,
) -> None:
    """Vote for the choices of these ``numbers``, in place of what ``actor`` had chosen.

    Where voters are frozen for ``voter_id``, one of those for whom ``actor`` answers.
    Of dates, perhaps none suits them, and on those of ``if_needed`` they come if need be.
    Raise PollChanged where ``version`` is not what it says now.
    """
    poll, thread = lock(poll, actor)
    voter = (
        PollVoter.objects.filter(poll=poll, pk=voter_id).of_person(actor.person_id or 0).first()
    )
    is_voter = voter is not None or not poll.voter_kind
    why = rules.no_vote_reason(actor, thread, poll, is_voter=is_voter)
    require(is_voter and may_answer(actor, thread, poll) and not poll.is_secret, why)
    if version != poll.version:
        raise PollChanged
    chosen, also = sorted(set(numbers)), sorted(set(if_needed) - set(numbers))
    why = rules.wrong_choice_reason(poll, chosen, also)
    require(not why, why)
    about: dict[str, Any] = {"person_id": actor.person_id, "voter": None}
    defaults = {"chosen": chosen, "if_needed": also, "voted_at": timezone.now()}
    if voter is not None:
        about = {"voter": voter}
        defaults["person_id"] = actor.person_id
    if PollVote.objects.filter(poll=poll, **about, chosen=chosen, if_needed=also).exists():
        return
    PollVote.objects.update_or_create(poll=poll, **about, defaults=defaults)
    PollVoter.objects.filter(pk=voter_id, has_voted=False).update(has_voted=True)
    events.record(thread)


@transaction.atomic(durable=True)
def take_vote_back(poll: Poll, actor: Viewer, voter_id: int = 0) -> None:
    """Take back the vote of ``actor``, or of their voter ``voter_id``; twice is once."""
    poll, thread = lock(poll, actor)
    require(may_answer(actor, thread, poll), rules.no_vote_reason(actor, thread, poll))
    votes = PollVote.objects.filter(own_votes(actor), poll=poll, voter=voter_id or None)
    if votes.delete()[0]:
        PollVoter.objects.filter(pk=voter_id).update(has_voted=False)
        events.record(thread)


@transaction.atomic(durable=True)
def close_poll(poll: Poll, actor: Viewer) -> None:
    """Close ``poll``; twice is once."""
    poll, thread = lock(poll, actor)
    if poll.closed_at:
        return
    require(rules.may_close_poll(actor, thread, poll), rules.no_close_reason(poll))
    poll.closes_on = None
    close(poll)
    events.record(thread)


def count_closed() -> int:
    """Count the polls with frozen voters that are closed; return of how many it was done."""
    polls = Poll.objects.filter(closed_at__isnull=False, is_counted=False)
    polls = polls.exclude(voter_kind="").order_by("pk")
    return sum(_count(*keys) for keys in list(polls.values_list("pk", "thread")))


@transaction.atomic(durable=True)
def _count(pk: int, thread_id: int) -> bool:
    """Whether the poll was still to be counted, and could be: note what came of it."""
    thread = lock_row(Thread, thread_id)
    polls = Poll.objects.filter(pk=pk, thread=thread, is_counted=False)
    poll = polls.with_counts().first()
    if poll is None or (poll.is_secret and not count_ballots(poll)):
        return False
    write_outcome(poll)
    events.record(thread)
    return True


def write_outcome(poll: Poll) -> None:
    """Write what came of ``poll``, which was read ``with_counts`` and is closed.

    Its ballots, where it has such, are there.
    """
    outcome = outcome_of(poll)
    lacking = College.objects.filter(pk__in=outcome.lacking).order_by("order", "pk")
    poll.outcome, poll.adopted_choice = outcome.kind, outcome.choice
    poll.lacking_colleges = list(lacking.values_list("name", flat=True))
    poll.is_counted = True
    poll.save(update_fields=["outcome", "adopted_choice", "lacking_colleges", "is_counted"])
    write_minutes(poll)


def leave_polls(thread: Thread) -> None:
    """Close the polls of ``thread`` and forget their names, as more come to read it.

    Those whose author did not open it stay behind: only who did has agreed. So do those whose
    voters are frozen, which list them. Those that were removed before stay so.
    """
    polls = Poll.objects.filter(thread=thread)
    close_early(Poll, thread)
    polls.update(is_named=False, is_restorable=False)
    others = polls.filter(removed_at=None).exclude(author=thread.author_id, voter_kind="")
    if others.update(removed_at=timezone.now()):
        index_thread(thread)
