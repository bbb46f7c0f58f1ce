"""Who sets, changes and cancels meetings, and who registers. No function asks the database.

``thread``: that of the meeting, with its space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.base.rules import (
    is_read_only,
    may_edit_thread,
    may_reply,
    no_reply_reason,
    reading_reason,
    refusal_reason,
)

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.meetings.models import Meeting
    from forum.conversation.threads.models import Thread


def may_add_meeting(viewer: Viewer, thread: Thread) -> bool:
    """Whether ``viewer`` may set a meeting: who keeps the thread, and may write there."""
    return may_edit_thread(viewer, thread) and may_reply(viewer, thread)


def no_meeting_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to who may not set, change or cancel one."""
    if thread.is_locked:
        return refusal_reason(viewer, thread, no_reply_reason(thread))
    words = _("Une rencontre est prévue par qui a ouvert le fil, ou par l’équipe d’animation.")
    return refusal_reason(viewer, thread, words)


def may_edit_meeting(viewer: Viewer, thread: Thread, meeting: Meeting) -> bool:
    """Whether ``viewer`` may change or cancel ``meeting``, which is open: who may set one."""
    return meeting.takes_registrations and may_add_meeting(viewer, thread)


def no_change_reason(viewer: Viewer, thread: Thread, meeting: Meeting) -> str:
    """The reason given to who may not change or cancel it."""
    if not meeting.takes_registrations:
        return closed_reason(meeting)
    return no_meeting_reason(viewer, thread)


def closed_reason(meeting: Meeting) -> str:
    """Why nobody registers for it any more, nor changes it."""
    if meeting.cancelled_at:
        return _("Cette rencontre est annulée.")
    return _("Cette rencontre a eu lieu.")


def may_register(viewer: Viewer, thread: Thread, meeting: Meeting) -> bool:
    """Whether ``viewer`` may register: signatories who may write there, locked or not."""
    is_writer = viewer.is_signatory and not viewer.silenced_until
    return meeting.takes_registrations and is_writer and not is_read_only(viewer, thread.space)


def no_registration_reason(viewer: Viewer, thread: Thread, meeting: Meeting) -> str:
    """The reason given to who may not register."""
    if not meeting.takes_registrations:
        return closed_reason(meeting)
    return reading_reason(viewer, thread.space) or _("Signez la charte pour vous inscrire.")
