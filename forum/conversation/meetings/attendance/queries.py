"""Who has a place in a meeting, as its attendance sheet lists them, and who came."""

from __future__ import annotations

from typing import NamedTuple

from accounts.viewers.viewers import Viewer
from forum.conversation.meetings.models import Meeting, Registration, RegistrationQuerySet


class AttendanceRow(NamedTuple):
    """A row of an attendance sheet; ``answers`` are in the order of the questions."""

    row: Registration
    answers: list[str]
    is_present: bool


def placed_registrations(viewer: Viewer, meeting: Meeting) -> RegistrationQuerySet:
    """The registrations with a place that ``viewer`` sees, by name, with organisations."""
    rows = Registration.objects.visible_to(viewer).filter(meeting=meeting)
    rows = rows.filter(placed_at__isnull=False)
    rows = rows.select_related("person", "seat__organisation")
    return rows.order_by("person__full_name", "pk")


def attendance_row(meeting: Meeting, row: Registration, *, is_present: bool) -> AttendanceRow:
    """The row of the sheet for ``row``, with what it says to each question of today."""
    answers = dict(row.shown_answers)
    return AttendanceRow(row, [answers.get(text, "") for text, _ in meeting.asked], is_present)


def own_attendance(viewer: Viewer, meeting: Meeting) -> Registration | None:
    """The registration of ``viewer``, where it was noted that they came."""
    own = placed_registrations(viewer, meeting).filter(person=viewer.person_id or 0)
    return own.exclude(attended_at=None).first()
