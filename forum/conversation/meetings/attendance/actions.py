"""Noting who came to a meeting."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.meetings.attendance import rules
from forum.conversation.meetings.attendance.queries import placed_registrations
from forum.conversation.meetings.models import Meeting
from forum.conversation.threads.queries import thread_for_update


@transaction.atomic(durable=True)
def note_attendance(
    meeting: Meeting, actor: Viewer, listed: Collection[int], present: Collection[int]
) -> None:
    """Note that of the registrations ``listed``, those came that are ``present``, and no more.

    Those without a place, and those that the sheet did not list, stay as they are. Raise
    Refused where ``actor`` does not read the sheet, or the meeting has not begun.
    """
    thread = thread_for_update(meeting.thread_id, actor)
    meeting = Meeting.objects.visible_to(actor).get(pk=meeting.pk, thread=thread)
    reason = rules.no_attendance_reason(actor, thread, meeting)
    require(rules.may_note_attendance(actor, thread, meeting), reason)
    placed = placed_registrations(actor, meeting).order_by().filter(pk__in=listed)
    placed.exclude(pk__in=present).update(attended_at=None)
    placed.filter(pk__in=present, attended_at=None).update(attended_at=timezone.now())
