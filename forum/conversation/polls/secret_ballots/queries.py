"""The voters of a poll by secret ballot, as its page shows them."""

from __future__ import annotations

from typing import NamedTuple

from accounts.models import College
from accounts.viewers.viewers import Viewer
from forum.conversation.polls.models import Poll
from forum.conversation.polls.secret_ballots.models import PollVoter


class CollegeVoters(NamedTuple):
    """The voters of a college."""

    college: College
    voters: list[PollVoter]

    @property
    def voted(self) -> list[PollVoter]:
        """Those for whom a ballot was cast."""
        return [it for it in self.voters if it.has_voted]

    @property
    def unvoted(self) -> list[PollVoter]:
        """Those for whom none was."""
        return [it for it in self.voters if not it.has_voted]


class ShownVoters(NamedTuple):
    """The voters of a poll: by college, the same to all, and those that a viewer votes for."""

    by_college: list[CollegeVoters]
    own: list[PollVoter]

    @property
    def next_own(self) -> PollVoter | None:
        """The voter for which the viewer may vote still."""
        return next((it for it in self.own if not it.has_voted), None)

    @property
    def voter_count(self) -> int:
        """How many there are."""
        return sum(len(it.voters) for it in self.by_college)

    @property
    def cast_count(self) -> int:
        """How many ballots were cast."""
        return sum(len(it.voted) for it in self.by_college)


def shown_voters_of(viewer: Viewer, poll: Poll) -> ShownVoters:
    """The voters of ``poll``, which was got for ``viewer``."""
    rows = PollVoter.objects.visible_to(viewer).filter(poll=poll)
    own = set(rows.of_person(viewer.person_id or 0).values_list("pk", flat=True))
    rows = rows.select_related("organisation", "college", "seat__person")
    by_college: dict[College, list[PollVoter]] = {}
    for voter in rows.order_by("college__order", "college", "organisation__folded_name", "pk"):
        by_college.setdefault(voter.college, []).append(voter)
    voters = [it for voters in by_college.values() for it in voters]
    colleges = [CollegeVoters(*one) for one in by_college.items()]
    return ShownVoters(colleges, [it for it in voters if it.pk in own])
