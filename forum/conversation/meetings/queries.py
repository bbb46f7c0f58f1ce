"""A meeting as its page shows it."""

from __future__ import annotations

from typing import NamedTuple

from accounts.viewers.viewers import Viewer
from forum.conversation.meetings.models import Meeting, Registration
from forum.conversation.threads.models import Thread

#: Names that are shown to who keeps a meeting.
MAX_NAMES = 500


class ShownMeeting(NamedTuple):
    """What a viewer sees of a meeting: their own registration, and the names they may see."""

    own: Registration | None
    names: list[Registration]

    @property
    def has_place(self) -> bool:
        """Whether they are registered and wait for no place."""
        return self.own is not None and self.own.placed_at is not None


def get_meeting(viewer: Viewer, pk: int) -> Meeting:
    """The meeting with its thread; raise Meeting.DoesNotExist where they see none."""
    meetings = Meeting.objects.visible_to(viewer).with_counts()
    return meetings.select_related("thread__space").get(pk=pk)


def shown_meeting_of(viewer: Viewer, meeting: Meeting, *, is_kept: bool) -> ShownMeeting:
    """What ``viewer`` sees of ``meeting``, which was got for them; names if they keep it."""
    rows = Registration.objects.visible_to(viewer).filter(meeting=meeting)
    own = rows.filter(person=viewer.person_id or 0).first()
    if not is_kept:
        return ShownMeeting(own, [])
    names = rows.select_related("person").order_by("registered_at", "pk")
    return ShownMeeting(own, list(names[:MAX_NAMES]))


def open_meeting(viewer: Viewer, thread: Thread) -> Meeting | None:
    """The open meeting of ``thread``, if there is one."""
    meetings = Meeting.objects.visible_to(viewer).open().filter(thread=thread)
    return next((it for it in meetings if it.takes_registrations), None)


def other_meetings(viewer: Viewer, meeting: Meeting) -> list[Meeting]:
    """The other meetings of its thread, the next first."""
    meetings = Meeting.objects.visible_to(viewer).filter(thread=meeting.thread_id)
    return list(meetings.exclude(pk=meeting.pk).open_first()[:20])
