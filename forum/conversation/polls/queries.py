"""A poll as its page shows it, its voters, and what came of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from accounts.models import College
from accounts.viewers.viewers import Viewer
from forum.conversation.consultations.queries import lacking_quorum, participation_of
from forum.conversation.consultations.rules import has_quorum
from forum.conversation.polls.choices import ChoiceResult, CountedOutcome, Majority, PollOutcome
from forum.conversation.polls.models import (
    Poll,
    PollVote,
    PollVoteQuerySet,
    PollVoter,
    own_votes,
)
from forum.conversation.polls.rules import (
    has_majority,
    may_see_results,
    tells_turnout,
    tells_who_voted,
)
from forum.conversation.polls.secret_ballots.models import Ballot

#: Votes whose names are shown.
MAX_NAMED_VOTES = 500
_HAS_VOTED = Q(has_voted=True)


class ShownPoll(NamedTuple):
    """What a viewer sees of a poll: votes of their own, results and names that they may see.

    ``own``: one, or one of each frozen voter for which they answer. ``results``: each with the
    votes for it, and those if need be; none where the poll has no names. Empty where they are
    not shown.
    """

    own: list[PollVote]
    results: list[tuple[ChoiceResult, list[PollVote], list[PollVote]]]
    has_more_names: bool = False


class NamedVote(NamedTuple):
    """What a voter has chosen, and by whom, where both are shown."""

    voter: PollVoter
    vote: PollVote
    choices: list[str]

    @property
    def who(self) -> str:
        """The voter, and who voted, where it is an organisation or whom they follow."""
        seat, person = self.voter.seat, self.vote.person
        if seat is not None and seat.person_id == person.pk:
            return str(self.voter)
        return _("%(voter)s, par %(person)s") % {"voter": self.voter, "person": person}


class CollegeVoters(NamedTuple):
    """The voters of a college, and whether those that have voted lack the quorum.

    ``votes``: those of its voters, and ``results`` how many each choice has of them, where
    these are shown by college.
    """

    college: College
    voters: list[PollVoter]
    lacks_quorum: bool
    votes: list[NamedVote]
    results: list[tuple[str, int]]

    @property
    def voted(self) -> list[PollVoter]:
        """Those that have voted."""
        return [it for it in self.voters if it.has_voted]

    @property
    def unvoted(self) -> list[PollVoter]:
        """Those that have not."""
        return [it for it in self.voters if not it.has_voted]


class ShownVoters(NamedTuple):
    """The voters of a poll: by college, the same to all, and those that a viewer votes for.

    ``has_turnout``: whether one sees how many of each college have voted, ``has_names``
    whether its minutes say which.
    """

    by_college: list[CollegeVoters]
    own: list[PollVoter]
    has_turnout: bool
    has_names: bool

    @property
    def next_own(self) -> PollVoter | None:
        """The voter for which the viewer may vote still."""
        return next((it for it in self.own if not it.has_voted), None)

    @property
    def voter_count(self) -> int:
        """How many there are."""
        return sum(len(one.voters) for one in self.by_college)

    @property
    def cast_count(self) -> int:
        """How many have voted."""
        return sum(len(one.voted) for one in self.by_college)

    @property
    def rows(self) -> tuple[list[PollVoter], list[PollVote]]:
        """All of them, and the votes that have names."""
        voters = [it for one in self.by_college for it in one.voters]
        return voters, [it.vote for one in self.by_college for it in one.votes]


def shown_poll_of(viewer: Viewer, poll: Poll) -> ShownPoll:
    """What ``viewer`` sees of ``poll``, which was got for them."""
    seen = PollVote.objects.visible_to(viewer).filter(poll=poll)
    seen = seen.select_related("person", "voter__organisation")
    is_own = Case(When(own_votes(viewer), then=0), default=1)
    seen = seen.annotate(is_other=is_own).order_by("is_other", "person__full_name", "pk")
    votes = list(seen[: MAX_NAMED_VOTES + 1])
    own = [it for it in votes if not vars(it)["is_other"]]
    if not may_see_results(poll, has_voted=bool(own)):
        return ShownPoll(own, [])
    named = votes[:MAX_NAMED_VOTES] if poll.is_named else []
    results = [
        (
            result,
            [it for it in named if number in it.chosen],
            [it for it in named if number in it.if_needed],
        )
        for number, result in enumerate(poll.choice_results, 1)
    ]
    return ShownPoll(own, results, len(votes) > MAX_NAMED_VOTES)


def shown_voters_of(viewer: Viewer, poll: Poll, *, has_results: bool = False) -> ShownVoters:
    """The voters of ``poll``, which was got for ``viewer``.

    With votes by college where they see results, and names.
    """
    rows = PollVoter.objects.visible_to(viewer).filter(poll=poll)
    own = set(rows.of_person(viewer.person_id or 0).values_list("pk", flat=True))
    rows = rows.select_related("organisation", "college", "seat__person")
    by_college: dict[College, list[PollVoter]] = {}
    for voter in rows.order_by("college__order", "college", "organisation__folded_name", "pk"):
        by_college.setdefault(voter.college, []).append(voter)
    votes = {it.voter_id: it for it in named_votes_of(poll)} if has_results else {}
    shown = [_college_voters(poll, *it, votes) for it in by_college.items()]
    mine = [it for one in shown for it in one.voters if it.pk in own]
    cast = sum(len(one.voted) for one in shown)
    has_turnout, has_names = tells_turnout(poll, cast), tells_who_voted(poll, cast)
    return ShownVoters(shown, mine, has_turnout=has_turnout, has_names=has_names)


def named_votes_of(poll: Poll) -> PollVoteQuerySet:
    """The votes of the frozen voters of ``poll``, if it has names, for who sees its results."""
    votes = PollVote.objects.filter(poll=poll, voter__isnull=False)
    return votes.select_related("person") if poll.is_named else votes.none()


def _college_voters(
    poll: Poll, college: College, voters: list[PollVoter], votes: Mapping[int | None, PollVote]
) -> CollegeVoters:
    voted = sum(it.has_voted for it in voters)
    lacks = not has_quorum(poll.quorum, len(voters), voted)
    texts = dict(poll.choice_list)
    named = [
        NamedVote(voter, vote, [texts[number] for number in vote.chosen])
        for voter in voters
        if (vote := votes.get(voter.pk))
    ]
    counts = Counter(number for it in named for number in it.vote.chosen)
    results = [(text, counts[number]) for number, text in texts.items() if counts[number]]
    return CollegeVoters(college, voters, lacks, named, results)


def _votes_by_college(poll: Poll) -> defaultdict[int, Counter[int]]:
    """By college how many of its voters have chosen each choice of ``poll``."""
    votes = PollVote.objects.filter(poll=poll, voter__isnull=False)
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for college_id, chosen in votes.values_list("voter__college", "chosen"):
        counts[college_id] += Counter(chosen)
    return counts


def outcome_of(poll: Poll) -> CountedOutcome:
    """What came of ``poll``, which is closed and whose ballots, if it has such, are counted."""
    cast = Ballot.objects.filter(poll=poll).count() if poll.is_secret else poll.voter_count
    if poll.is_secret and not cast:
        return CountedOutcome(PollOutcome.UNCOUNTED)
    if poll.closes_on is None and poll.voter_count < poll.frozen_count:
        return CountedOutcome(PollOutcome.CUT_SHORT)
    voters = PollVoter.objects.filter(poll=poll)
    colleges = participation_of(voters, "poll", _HAS_VOTED).get(poll.pk, [])
    lacking = [
        it.college_id for it in colleges if not has_quorum(poll.quorum, it.voters, it.answered)
    ]
    if lacking:
        return CountedOutcome(PollOutcome.NO_QUORUM, lacking=tuple(lacking))
    if poll.takes_several:
        return CountedOutcome("")
    results = [it.vote_count for it in poll.choice_results]
    most = max(results)
    number = results.index(most) + 1
    counts = [(most, cast)]
    if poll.majority == Majority.COLLEGES:
        votes = _votes_by_college(poll)
        counts = [(votes[it.college_id][number], it.answered) for it in colleges]
    if results.count(most) > 1 or not all(has_majority(poll.majority, *it) for it in counts):
        return CountedOutcome(PollOutcome.NO_MAJORITY)
    return CountedOutcome(PollOutcome.ADOPTED, number)


def without_quorum(viewer: Viewer, polls: Sequence[Poll]) -> list[Poll]:
    """Those of ``polls``, which are open, in which a college lacks its quorum."""
    asking = {it.pk: it for it in polls if it.quorum}
    voters = PollVoter.objects.visible_to(viewer)
    lacking = lacking_quorum(asking, voters, "poll", _HAS_VOTED)
    return [it for it in polls if it.pk in lacking]
