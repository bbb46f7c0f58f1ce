"""A poll as its page shows it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Case, When

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.polls.models import ChoiceResult, Poll, PollVote, removed_polls
from forum.conversation.polls.rules import may_see_results
from forum.conversation.threads.models import Thread

#: Votes whose names are shown.
MAX_NAMED_VOTES = 500


class ShownPoll(NamedTuple):
    """What a viewer sees of a poll: their own votes, the results and names that they may see.

    ``results``: each with who chose it, nobody where the poll has no names; none where they are
    not shown.
    """

    own_chosen: list[int]
    results: list[tuple[ChoiceResult, list[User]]]
    has_more_names: bool = False


def get_poll(viewer: Viewer, pk: int) -> Poll:
    """The poll with its thread and author; raise Poll.DoesNotExist where they see none."""
    polls = Poll.objects.visible_to(viewer).with_voter_count()
    return polls.select_related("thread__space", "author").get(pk=pk)


def shown_poll_of(viewer: Viewer, poll: Poll) -> ShownPoll:
    """What ``viewer`` sees of ``poll``, which was got for them."""
    seen = PollVote.objects.visible_to(viewer).filter(poll=poll).select_related("person")
    is_own = When(person=viewer.person_id or 0, then=0)
    seen = seen.order_by(Case(is_own, default=1), "person__full_name", "pk")
    votes = list(seen[: MAX_NAMED_VOTES + 1])
    own: list[int] = next((it.chosen for it in votes if it.person_id == viewer.person_id), [])
    if not may_see_results(poll, has_voted=bool(own)):
        return ShownPoll(own, [])
    named = votes[:MAX_NAMED_VOTES] if poll.is_named else []
    voters = [
        [it.person for it in named if number in it.chosen] for number, _text in poll.choice_list
    ]
    results = list(zip(poll.choice_results, voters, strict=True))
    return ShownPoll(own, results, len(votes) > MAX_NAMED_VOTES)


def get_removed_poll(viewer: Viewer, pk: int) -> Poll:
    """The removed poll, to an animator; raise Poll.DoesNotExist where they see none."""
    polls = Poll.objects.visible_to(viewer, removed_polls).with_voter_count()
    return polls.select_related("thread__space", "author").get(pk=pk)


def polls_to_restore(viewer: Viewer, thread: Thread) -> list[Poll]:
    """The removed polls of ``thread`` that ``viewer`` may restore, the last first."""
    polls = Poll.objects.visible_to(viewer, removed_polls).filter(thread=thread)
    return list(polls.exclude(author=viewer.person_id).order_by("-removed_at"))


def open_poll(viewer: Viewer, thread: Thread) -> Poll | None:
    """The open poll of ``thread``, if there is one."""
    polls = Poll.objects.visible_to(viewer).open().filter(thread=thread)
    return next((poll for poll in polls if poll.takes_votes), None)


def other_polls(viewer: Viewer, poll: Poll) -> list[Poll]:
    """The other polls of its thread, the open one first."""
    polls = Poll.objects.visible_to(viewer).filter(thread=poll.thread_id).exclude(pk=poll.pk)
    return list(polls.open_first())
