"""Who reads and notes who came to a meeting, and when. No function asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.conversation.meetings.rules import closed_reason, may_add_meeting, no_meeting_reason

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.meetings.models import Meeting
    from forum.conversation.threads.models import Thread


def may_read_sheet(viewer: Viewer, thread: Thread, meeting: Meeting) -> bool:
    """Whether ``viewer`` reads who has a place: animators, and who set it and may still."""
    has_set = meeting.author_id is not None and meeting.author_id == viewer.person_id
    return (viewer.is_animator or has_set) and may_add_meeting(viewer, thread)


def no_sheet_reason(viewer: Viewer, thread: Thread) -> str:
    """The reason given to who may not read it."""
    if not may_add_meeting(viewer, thread):
        return no_meeting_reason(viewer, thread)
    return _("La feuille de présence est lue par qui a prévu la rencontre.")


def may_note_attendance(viewer: Viewer, thread: Thread, meeting: Meeting) -> bool:
    """Whether ``viewer`` notes who came: who reads the sheet, once the meeting has begun."""
    has_begun = meeting.cancelled_at is None and meeting.starts_at <= timezone.now()
    return has_begun and may_read_sheet(viewer, thread, meeting)


def no_attendance_reason(viewer: Viewer, thread: Thread, meeting: Meeting) -> str:
    """The reason given to who may not note it."""
    if meeting.cancelled_at:
        return closed_reason(meeting)
    if not may_read_sheet(viewer, thread, meeting):
        return no_sheet_reason(viewer, thread)
    return _("Notez les présences une fois la rencontre commencée.")
