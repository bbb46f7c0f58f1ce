"""What the minutes of a poll attest, and what its page shows of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from accounts.viewers.viewers import Viewer
from forum.conversation.consultations.digest import digest, iso_moment
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.models import Poll, PollVote, PollVoter
from forum.conversation.polls.queries import ShownVoters, named_votes_of
from forum.conversation.polls.rules import tells_who_voted


class ShownMinutes(NamedTuple):
    """The minutes of a poll, whether its rows still give their digest, and what changed it.

    ``changed_by``: later decisions, the last first.
    """

    row: PollMinutes
    is_as_attested: bool
    changed_by: list[Any]


class PollRows(NamedTuple):
    """The rows of a poll that its minutes attest.

    ``votes``: of one with names alone; ``counts``: how many votes each choice has.
    """

    voters: Iterable[PollVoter]
    votes: Iterable[PollVote]
    counts: list[int]


def shown_minutes_of(
    viewer: Viewer, poll: Poll, voters: ShownVoters, counts: list[int]
) -> ShownMinutes | None:
    """The minutes of ``poll``, which was got for ``viewer``; None before it is counted.

    ``voters``: with results; ``counts``: how many votes each choice has, both as one is shown.
    """
    row = PollMinutes.objects.visible_to(viewer).filter(poll=poll).first()
    if row is None:
        return None
    row.poll = poll
    changed_by = list(poll.changed_by.visible_to(viewer).decided())
    rows = PollRows(*voters.rows, counts)
    return ShownMinutes(row, digest_of(poll, rows) == row.digest, changed_by)


def rows_of(poll: Poll) -> PollRows:
    """What the minutes of ``poll`` attest, read anew."""
    counts = [it.vote_count for it in poll.choice_results]
    return PollRows(poll.voters.all(), named_votes_of(poll), counts)


def digest_of(poll: Poll, rows: PollRows | None = None) -> str:
    """The SHA-256 of all that the minutes of ``poll`` attest, of its ``rows`` or read anew.

    As lines of the register, it names people and organisations by their ids.
    """
    return digest(_attested(poll, rows or rows_of(poll)))


def _attested(poll: Poll, rows: PollRows) -> dict[str, Any]:
    """What the minutes of ``poll`` attest: nothing but what its page shows.

    Who voted, but for few votes without names; what was counted; by whom only with names.
    """
    about = (
        "question",
        "choices",
        "takes_several",
        "is_named",
        "is_secret",
        "voter_kind",
        "quorum",
        "majority",
        "outcome",
        "adopted_choice",
        "lacking_colleges",
    )
    attested: dict[str, Any] = {name: getattr(poll, name) for name in about}
    attested["author"] = poll.author_id
    attested["opened_at"] = iso_moment(poll.created_at)
    attested["closes_on"] = poll.closes_on and poll.closes_on.isoformat()
    attested["closed_at"] = iso_moment(poll.closed_at)
    voters = sorted(rows.voters, key=lambda it: it.pk)
    cast = sum(it.has_voted for it in voters)
    attested["voters"] = [
        (it.pk, it.organisation_id, it.college_id, it.seat_id) for it in voters
    ]
    if tells_who_voted(poll, cast):
        attested["voted"] = [it.pk for it in voters if it.has_voted]
    attested["counts"] = rows.counts
    if poll.is_named:
        votes = sorted((it.voter_id or 0, it.person_id, it.chosen) for it in rows.votes)
        attested["votes"] = votes
    return attested
