"""What the minutes of a poll attest, and what its page shows of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from accounts.viewers.viewers import Viewer
from forum.conversation.consultations.digest import digest, iso_moment
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.models import Poll


class ShownMinutes(NamedTuple):
    """The minutes of a poll, whether its rows still give their digest, and what changed it.

    ``changed_by``: later decisions, the last first.
    """

    row: PollMinutes
    is_as_attested: bool
    changed_by: list[Any]


def shown_minutes_of(viewer: Viewer, poll: Poll) -> ShownMinutes | None:
    """The minutes of ``poll``, which was got for ``viewer``; None before it is counted."""
    row = PollMinutes.objects.visible_to(viewer).filter(poll=poll).first()
    if row is None:
        return None
    row.poll = poll
    changed_by = list(poll.changed_by.visible_to(viewer).decided())
    return ShownMinutes(row, digest_of(poll) == row.digest, changed_by)


def digest_of(poll: Poll) -> str:
    """The SHA-256 of all that the minutes of ``poll`` attest.

    As lines of the register, it names people and organisations by their ids.
    """
    return digest(_attested(poll))


def _attested(poll: Poll) -> dict[str, Any]:
    """What the minutes of ``poll`` attest: who voted and what was counted, never by whom."""
    about = (
        "question",
        "choices",
        "takes_several",
        "voter_kind",
        "quorum",
        "majority",
        "outcome",
    )
    attested: dict[str, Any] = {name: getattr(poll, name) for name in about}
    attested["author"] = poll.author_id
    attested["opened_at"] = iso_moment(poll.created_at)
    attested["closes_on"] = poll.closes_on and poll.closes_on.isoformat()
    attested["closed_at"] = iso_moment(poll.closed_at)
    voters = poll.voters.order_by("pk")
    attested["voters"] = list(
        voters.values_list("pk", "organisation", "college", "seat", "has_voted")
    )
    attested["counts"] = [it.vote_count for it in poll.choice_results]
    return attested
