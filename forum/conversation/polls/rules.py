"""Who changes and closes polls, and sees what they give. No function here asks the database.

``thread``: that of the poll, with its space; ``poll``: with its ``voter_count``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.base.rules import may_pin_or_move
from forum.conversation.consultations.rules import (
    may_delete,
    may_keep,
    no_answer_reason,
)
from forum.conversation.polls.models import ResultsShown

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.polls.models import Poll
    from forum.conversation.threads.models import Thread


def no_vote_reason(viewer: Viewer, thread: Thread, poll: Poll) -> str:
    """The reason given to who may not vote."""
    if not poll.takes_votes:
        return _("Ce sondage est clos : on n’y vote plus.")
    return no_answer_reason(viewer, thread)


def may_edit_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may edit ``poll``: its author, as long as nobody has voted."""
    return poll.takes_votes and may_delete(viewer, thread, poll)


def may_close_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may close ``poll``: its author, and animators."""
    is_keeper = may_keep(viewer, thread, poll) or may_pin_or_move(viewer, thread)
    return poll.takes_votes and is_keeper


def may_see_results(poll: Poll, *, has_voted: bool) -> bool:
    """Whether whoever sees ``poll`` sees its results."""
    return poll.shows_all_results or (has_voted and poll.results == ResultsShown.VOTED)
