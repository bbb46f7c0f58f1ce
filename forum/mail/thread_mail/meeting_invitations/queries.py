"""To which meeting the mail of a post invites whom it is to, and what was answered."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.meetings.models import Meeting
from forum.conversation.meetings.queries import has_registration, open_meeting
from forum.conversation.meetings.rules import may_register
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post


def meeting_to_answer(viewer: Viewer, post: Post) -> Meeting | None:
    """The next meeting of the thread, where ``viewer`` may register by one answer; or None.

    Each is in the mails of the first post since it was set, so that nobody is asked at each
    reply. Who is registered has the mail of that, or will.
    """
    if not post.thread.space.is_titled_in_mails:
        return None
    meeting = open_meeting(viewer, post.thread)
    if meeting is None or meeting.asked or not may_register(viewer, post.thread, meeting):
        return None
    if post.number > 1 and not _is_first_since(meeting, post):
        return None
    return None if has_registration(viewer, meeting.pk) else meeting


def _is_first_since(meeting: Meeting, post: Post) -> bool:
    before = post.thread.posts.filter(number__lt=post.number)
    is_later = post.created_at > meeting.created_at
    return is_later and not before.filter(created_at__gt=meeting.created_at).exists()


def is_answered_since(person: User, place: str, answered_at: datetime | None) -> bool:
    """Whether an answer of ``person`` to ``place`` came that was given after this moment."""
    if answered_at is None:
        return False
    later = ReceivedMail.objects.filter(person=person, place=place, answered_at__gt=answered_at)
    return later.exists()
