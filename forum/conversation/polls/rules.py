"""Who changes and closes polls, and sees what they give. No function here asks the database.

``thread``: that of the poll, with its space; ``poll``: with its ``voter_count``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.base.rules import may_pin_or_move
from forum.base.spaces.models import Audience
from forum.conversation.consultations.rules import (
    may_add,
    may_delete,
    may_keep,
    no_answer_reason,
)
from forum.conversation.polls.choices import Majority, ResultsShown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.viewers.viewers import Viewer
    from forum.conversation.polls.models import Poll
    from forum.conversation.threads.models import Thread


#: Of fewer, sums would say who voted what, where it is known who voted.
MIN_VOTES = 5


def no_vote_reason(viewer: Viewer, thread: Thread, poll: Poll, *, is_voter: bool = True) -> str:
    """The reason given to who may not vote."""
    if not poll.takes_votes:
        return _("Ce sondage est clos : on n’y vote plus.")
    if not is_voter and viewer.is_member:
        return _("Vous n’avez pas de voix dans ce vote : la liste en est fixée à l’ouverture.")
    return no_answer_reason(viewer, thread)


def wrong_choice_reason(poll: Poll, chosen: list[int], if_needed: Iterable[int] = ()) -> str:
    """Why one may not choose these numbers; "" where one may. Of dates none may suit."""
    are_there = {*chosen, *if_needed} <= {number for number, _text in poll.choice_list}
    if not are_there or not (poll.starts or (chosen and not if_needed)):
        return _("Choisissez parmi ce qui est proposé.")
    is_one = poll.takes_several or bool(poll.starts) or len(chosen) == 1
    return "" if is_one else _("Un seul choix est possible.")


def may_add_frozen_poll(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may open one whose voters are frozen: where members read alone."""
    return thread.space.audience != Audience.PUBLIC and may_add(viewer, thread)


def may_edit_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may edit ``poll``: its author, as long as nobody has voted.

    Nobody edits one whose voters are frozen, which stays what it was as it opened.
    """
    is_open = poll.takes_votes and not poll.voter_kind
    return is_open and may_delete(viewer, thread, poll)


def may_close_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may close ``poll``: its author, and animators.

    One by secret ballot closes on its last day; another whose voters are frozen before only
    once all have voted, or it would close as it suits them.
    """
    is_keeper = may_keep(viewer, thread, poll) or may_pin_or_move(viewer, thread)
    are_all = not poll.is_secret and poll.voter_count == poll.frozen_count
    return poll.takes_votes and is_keeper and (are_all or not poll.voter_kind)


def no_close_reason(poll: Poll) -> str:
    """The reason given to who may not close it."""
    if poll.voter_kind:
        return _(
            "Ce vote se clôt à son dernier jour, ou, s’il n’est pas secret, une fois que tous "
            "ont voté."
        )
    return _("Un sondage est clos par qui l’a fait, ou par l’équipe d’animation.")


def has_majority(majority: str, votes: int, cast: int) -> bool:
    """Whether ``votes`` for a choice, of all that were ``cast``, are as many as it asks for."""
    if majority == Majority.TWO_THIRDS:
        return votes * 3 >= cast * 2
    return not majority or votes * 2 > cast


def tells_who_voted(poll: Poll, cast_count: int) -> bool:
    """Whether the minutes of ``poll`` say who voted: not of few votes that have no names.

    Too few secret ballots are not counted, so that there is no sum.
    """
    return poll.is_named or poll.is_secret or cast_count >= MIN_VOTES


def tells_turnout(poll: Poll, cast_count: int) -> bool:
    """Whether all who see ``poll`` see how many of each college have voted.

    Of an open one without names only where a quorum asks for it, since its results may be seen
    to change meanwhile.
    """
    is_asked = bool(poll.quorum) or (poll.is_counted and not poll.is_secret)
    return poll.is_named or (is_asked and tells_who_voted(poll, cast_count))


def may_see_results(poll: Poll, *, has_voted: bool) -> bool:
    """Whether whoever sees ``poll`` sees its results."""
    return poll.shows_all_results or (has_voted and poll.results == ResultsShown.VOTED)
