"""Which meeting the mail of a post announces to whom it is to, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from accounts.base.mail import site_address
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.meetings.models import MAX_DATES, Meeting
from forum.conversation.meetings.queries import has_registration, open_meetings
from forum.conversation.meetings.rules import may_register
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post


class AnnouncedMeeting(NamedTuple):
    """The next meeting of a thread, which the mail of a post announces.

    ``later_count``: how many are to come after it. ``may_register``: whether its reader may;
    ``is_answered``: whether their calendar can say so.
    """

    meeting: Meeting
    later_count: int
    may_register: bool
    is_answered: bool

    @property
    def url(self) -> str:
        """Its page, where one registers."""
        return site_address() + self.meeting.get_absolute_url()


def announced_meeting(viewer: Viewer, post: Post) -> AnnouncedMeeting | None:
    """The meeting that the mail of ``post`` to ``viewer`` announces; None for no such.

    Each is in the mails of the first post since it was set, so that nobody is asked at each
    reply. Who is registered has the mail of that, or will. A calendar answers where mail comes
    in, and no question is asked that it could not answer.
    """
    thread = post.thread
    if not thread.space.is_titled_in_mails:
        return None
    coming = list(open_meetings(viewer, thread)[:MAX_DATES])
    if not coming or (post.number > 1 and not _is_first_since(coming[0], post)):
        return None
    meeting = coming[0]
    if has_registration(viewer, meeting.pk):
        return None
    registers = may_register(viewer, thread, meeting)
    is_answered = registers and not meeting.asked and bool(settings.FORUM_REPLY_ADDRESS)
    return AnnouncedMeeting(meeting, len(coming) - 1, registers, is_answered)


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
