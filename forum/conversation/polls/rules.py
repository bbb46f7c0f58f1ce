"""Who makes, answers, changes, closes and removes polls. No function here asks the database.

``thread``: that of the poll, with its space; ``poll``: with its ``voter_count``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.base.rules import (
    may_edit_thread,
    may_pin_or_move,
    may_reply,
    reading_reason,
    refusal_reason,
)
from forum.conversation.polls.models import ResultsShown

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.polls.models import Poll
    from forum.conversation.threads.models import Thread


def may_add_poll(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may add a poll: who keeps the thread, and may write there."""
    return may_edit_thread(viewer, thread) and may_reply(viewer, thread)


def may_vote(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may vote: whoever may reply, as long as ``poll`` takes votes."""
    return poll.takes_votes and may_reply(viewer, thread)


def no_vote_reason(viewer: Viewer, thread: Thread, poll: Poll) -> str:
    """The reason given to who may not vote."""
    if not poll.takes_votes:
        return _("Ce sondage est clos : on n’y vote plus.")
    if reason := reading_reason(viewer, thread.space):
        return reason
    if viewer.is_registered and thread.is_locked:
        return _("Ce fil est fermé : seule l’équipe d’animation peut encore voter.")
    return _("Signez la charte pour voter.")


def may_edit_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may edit ``poll``: its author, as long as nobody has voted."""
    return poll.takes_votes and _may_keep(viewer, thread, poll) and not poll.voter_count


def may_close_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may close ``poll``: its author, and animators."""
    may_keep = _may_keep(viewer, thread, poll) or may_pin_or_move(viewer, thread)
    return poll.takes_votes and may_keep


def may_delete_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may delete ``poll``: its author, as long as nobody has voted."""
    return _may_keep(viewer, thread, poll) and not poll.voter_count


def may_remove_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may remove ``poll``: who may delete it, and animators for a reason."""
    return may_delete_poll(viewer, thread, poll) or may_pin_or_move(viewer, thread)


def may_restore_poll(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    """Whether ``viewer`` may restore ``poll``: animators, but no poll of their own."""
    return may_pin_or_move(viewer, thread) and poll.author_id != viewer.person_id


def no_restore_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to an animator who may not restore a poll."""
    return refusal_reason(
        viewer, thread, _("On ne prend, ni ne lève, de mesure pour soi-même.")
    )


def may_see_results(poll: Poll, *, has_voted: bool) -> bool:
    """Whether whoever sees ``poll`` sees its results."""
    return poll.shows_all_results or (has_voted and poll.results == ResultsShown.VOTED)


def _may_keep(viewer: Viewer, thread: Thread, poll: Poll) -> bool:
    return poll.author_id == viewer.person_id and may_reply(viewer, thread)
