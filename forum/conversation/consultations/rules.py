"""Who begins, keeps and removes consultations. No function here asks the database.

``thread``: that of the consultation, with its space; ``it``: one that was read ``with_counts``.
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
from forum.conversation.consultations.models import Quorum

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.consultations.models import Consultation
    from forum.conversation.threads.models import Thread

#: The part of the voters that each quorum asks for; "" asks for none.
_QUORUM_PARTS = {"": (0, 1), Quorum.HALF: (1, 2), Quorum.TWO_THIRDS: (2, 3)}


def has_quorum(quorum: str, voters: int, answered: int) -> bool:
    """Whether ``answered`` of the ``voters`` of a college are what ``quorum`` asks for."""
    part, whole = _QUORUM_PARTS[quorum]
    return answered * whole >= voters * part


def may_add(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may begin one: who keeps the thread, and may write there."""
    return may_edit_thread(viewer, thread) and may_reply(viewer, thread)


def may_answer(viewer: Viewer, thread: Thread, it: Consultation) -> bool:
    """Whether ``viewer`` may answer: whoever may reply, as long as ``it`` takes votes."""
    return it.takes_votes and may_reply(viewer, thread)


def no_answer_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to who may not answer one that takes votes."""
    if reason := reading_reason(viewer, thread.space):
        return reason
    if viewer.is_registered and thread.is_locked:
        return _("Ce fil est fermé : seule l’équipe d’animation peut encore voter.")
    return _("Signez la charte pour voter.")


def may_keep(viewer: Viewer, thread: Thread, it: Consultation) -> bool:
    """Whether ``viewer`` may change ``it``: its author, who may write there still."""
    return it.author_id == viewer.person_id and may_reply(viewer, thread)


def may_delete(viewer: Viewer, thread: Thread, it: Consultation) -> bool:
    """Whether ``viewer`` may delete ``it``: its author, as long as nobody has answered."""
    return may_keep(viewer, thread, it) and not it.has_answers


def may_remove(viewer: Viewer, thread: Thread, it: Consultation) -> bool:
    """Whether ``viewer`` may remove ``it``: who may delete it, and animators for a reason."""
    return may_delete(viewer, thread, it) or may_pin_or_move(viewer, thread)


def no_removal_reason() -> str:
    """The reason given to who may not remove one."""
    return _("Des personnes ont voté : seule l’équipe d’animation peut encore le supprimer.")


def may_restore(viewer: Viewer, thread: Thread, it: Consultation) -> bool:
    """Whether ``viewer`` may restore ``it``: animators, but nothing of their own."""
    return may_pin_or_move(viewer, thread) and it.author_id != viewer.person_id


def no_restore_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to an animator who may not restore one."""
    return refusal_reason(
        viewer, thread, _("On ne prend, ni ne lève, de mesure pour soi-même.")
    )
