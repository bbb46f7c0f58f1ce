"""A poll as its page shows it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Case, When

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.polls.models import ChoiceResult, Poll, PollVote
from forum.conversation.polls.rules import may_see_results

#: Votes whose names are shown.
MAX_NAMED_VOTES = 500


class ShownPoll(NamedTuple):
    """What a viewer sees of a poll: their own vote, the results and names that they may see.

    ``results``: each with who chose it, and who comes if need be; nobody where the poll has no
    names. None where they are not shown.
    """

    own: PollVote | None
    results: list[tuple[ChoiceResult, list[User], list[User]]]
    has_more_names: bool = False


def shown_poll_of(viewer: Viewer, poll: Poll) -> ShownPoll:
    """What ``viewer`` sees of ``poll``, which was got for them."""
    seen = PollVote.objects.visible_to(viewer).filter(poll=poll).select_related("person")
    is_own = When(person=viewer.person_id or 0, then=0)
    seen = seen.order_by(Case(is_own, default=1), "person__full_name", "pk")
    votes = list(seen[: MAX_NAMED_VOTES + 1])
    own = next((it for it in votes if it.person_id == viewer.person_id), None)
    if not may_see_results(poll, has_voted=own is not None):
        return ShownPoll(own, [])
    named = votes[:MAX_NAMED_VOTES] if poll.is_named else []
    results = [
        (
            result,
            [it.person for it in named if number in it.chosen],
            [it.person for it in named if number in it.if_needed],
        )
        for number, result in enumerate(poll.choice_results, 1)
    ]
    return ShownPoll(own, results, len(votes) > MAX_NAMED_VOTES)
