"""Opening polls by secret ballot, casting ballots and counting them.

Each is one transaction of four steps, or part of one, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from secrets import SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base import events
from forum.base.rules import Refused, require
from forum.conversation.consultations.actions import lock
from forum.conversation.consultations.rules import may_answer
from forum.conversation.polls.models import Poll, PollVoter
from forum.conversation.polls.rules import MIN_VOTES, no_vote_reason, wrong_choice_reason
from forum.conversation.polls.secret_ballots.cipher import seal, unseal
from forum.conversation.polls.secret_ballots.models import Ballot, BallotBox

log = logging.getLogger("forum")


class TooFewVoters(Refused):
    """There would be fewer voters than ballots that are counted."""

    status, field = 422, "voter_kind"

    def __init__(self) -> None:
        words = _("Moins de %(least)d voix : un vote ne resterait pas secret.")
        super().__init__(words % {"least": MIN_VOTES})


def prepare_ballots(poll: Poll) -> None:
    """Make the box of ``poll``, part of the transaction that opens it for its voters.

    Raise TooFewVoters where they are too few to vote so.
    """
    voter_count = poll.voters.count()
    if voter_count < MIN_VOTES:
        raise TooFewVoters
    BallotBox.objects.create(poll=poll, sealed=seal([], voter_count))


@transaction.atomic(durable=True)
def cast_ballot(poll: Poll, actor: Viewer, voter_id: int, numbers: Iterable[int]) -> None:
    """Cast the ballot of a voter, for the choices of these ``numbers``: once, for good."""
    poll, thread = lock(poll, actor)
    voters = PollVoter.objects.filter(poll=poll, pk=voter_id)
    voter = voters.of_person(actor.person_id or 0).first()
    may_vote = voter is not None and poll.is_secret and may_answer(actor, thread, poll)
    why = no_vote_reason(actor, thread, poll, is_voter=voter is not None)
    require(may_vote, why)
    assert voter is not None
    require(
        not voter.has_voted, _("Ce bulletin est déposé : il ne se reprend ni ne se change.")
    )
    chosen = sorted(set(numbers))
    why = wrong_choice_reason(poll, chosen)
    require(not why, why)
    box = BallotBox.objects.get(poll=poll)
    ballots = unseal(box.sealed)
    if ballots is None:
        raise Refused(_("L’urne ne s’ouvre pas : prévenez l’équipe d’animation."))
    box.sealed = seal([*ballots, chosen], poll.voters.count())
    box.save(update_fields=["sealed"])
    voter.has_voted = True
    voter.save(update_fields=["has_voted"])
    events.record(thread)


def count_ballots(poll: Poll) -> bool:
    """Write the ballots of ``poll``, part of a transaction, at once in an order drawn by lot.

    Return whether its box could be opened. Of fewer than ``MIN_VOTES``, none is written.
    """
    box = BallotBox.objects.get(poll=poll)
    ballots = unseal(box.sealed)
    if ballots is None:
        log.error("No key of the site opens the ballots of poll %s.", poll.pk)
        return False
    if len(ballots) >= MIN_VOTES:
        SystemRandom().shuffle(ballots)
        Ballot.objects.bulk_create(Ballot(poll=poll, chosen=it) for it in ballots)
    box.delete()
    return True
