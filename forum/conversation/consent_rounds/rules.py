"""Who opens consent rounds, changes their text, goes on with them and writes their outcome.

No function here asks the database. ``thread``: that of the round, with its space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.base.rules import may_pin_or_move, no_reply_reason, refusal_reason
from forum.base.spaces.models import Audience
from forum.conversation.consent_rounds.choices import Phase
from forum.conversation.consultations.rules import may_add, may_keep, no_answer_reason

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.consent_rounds.models import ConsentRound
    from forum.conversation.threads.models import Thread


def may_add_round(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may open one: who keeps the thread, where members read alone."""
    return thread.space.audience != Audience.PUBLIC and may_add(viewer, thread)


def no_round_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to who may not open one."""
    if thread.is_locked:
        return refusal_reason(viewer, thread, no_reply_reason(thread))
    if thread.space.audience == Audience.PUBLIC:
        return _("Un tour de consentement s’ouvre dans un espace de membres.")
    words = _(
        "Un tour de consentement est ouvert par qui a ouvert le fil, ou par l’équipe "
        "d’animation."
    )
    return refusal_reason(viewer, thread, words)


def no_position_reason(
    viewer: Viewer, thread: Thread, it: ConsentRound, *, is_voter: bool
) -> str:
    """The reason given to who may not take a position."""
    if it.is_over:
        return _("Ce tour est clos : on n’y prend plus position.")
    if not it.takes_votes:
        if it.phase == Phase.CLARIFY:
            return _("On ne se prononce pas encore\u00a0: posez vos questions dans le fil.")
        return _("On ne se prononce pas encore\u00a0: dites dans le fil ce que vous en pensez.")
    if not is_voter and viewer.is_member:
        return _("Vous n’avez pas de voix dans ce tour : la liste en est fixée à l’ouverture.")
    return no_answer_reason(viewer, thread)


def may_edit_round(viewer: Viewer, thread: Thread, it: ConsentRound) -> bool:
    """Whether ``viewer`` may change its text, or go on to its next phase: its author."""
    return not it.is_over and may_keep(viewer, thread, it)


def may_close_round(viewer: Viewer, thread: Thread, it: ConsentRound) -> bool:
    """Whether ``viewer`` may close it before its last day: its author, once all answered.

    ``it``: read ``with_counts``.
    """
    return (
        may_edit_round(viewer, thread, it)
        and it.takes_votes
        and it.answer_count == it.voter_count
    )


def may_decide(viewer: Viewer, thread: Thread, it: ConsentRound) -> bool:
    """Whether ``viewer`` may write the outcome of a closed one: its author, and animators."""
    is_closed = it.closed_at is not None and it.decided_at is None
    return is_closed and (may_keep(viewer, thread, it) or may_pin_or_move(viewer, thread))


def no_change_reason() -> str:
    """The reason given to who may not change one, or not now."""
    return _("Un tour est conduit par qui l’a ouvert, tant qu’il n’est pas clos.")
