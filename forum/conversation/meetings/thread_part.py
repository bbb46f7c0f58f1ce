"""Meetings, as a part of their thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.conversation.meetings.actions import (
    carry_meetings,
    delete_meetings,
    leave_words,
)
from forum.conversation.meetings.models import (
    Meeting,
    Registration,
    has_meeting,
    head_meeting,
)
from forum.conversation.meetings.rules import may_add_meeting
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import NextForm, ThreadPart


def _is_registered(person_id: int) -> Exists:
    """Whether a person is registered for the next open meeting of a thread."""
    coming = Meeting.objects.open().filter(thread=OuterRef(OuterRef("pk")))
    following = Subquery(coming.order_by("starts_at", "pk").values("pk")[:1])
    return Exists(Registration.objects.filter(person=person_id, meeting=following))


class MeetingPart(ThreadPart):
    """The next meeting in the head, else the last one; it names nobody there."""

    models = (Meeting,)
    position = 15
    head = "conversation/meetings/card.html"
    button = "conversation/meetings/add_button.html"
    next_forms = {"meeting": NextForm("add-meeting", _("Prévoir la rencontre"))}
    marks = {"registered": "is_registered_for_meeting", "keeper": "keeps_meetings"}

    def fields(self) -> dict[str, Any]:
        """Whether there is one."""
        return {"has_meeting": has_meeting()}

    def shown(self, thread: Thread) -> Meeting | None:
        """The meeting."""
        return head_meeting(thread) if vars(thread)["has_meeting"] else None

    def is_urgent(self, shown: Meeting) -> bool:
        """Before it is over."""
        return shown.is_open

    def viewer_fields(self, viewer: Viewer, at: Any) -> dict[str, Any]:
        """Whether the viewer is registered for the next, and whether they keep the thread."""
        person_id = viewer.person_id if viewer.is_registered else None
        if not person_id:
            return dict.fromkeys(self.marks.values(), Value(False))
        keeps = Q(author=person_id, assignee=None) | Q(assignee__in=viewer.seat_ids)
        is_kept = ExpressionWrapper(keeps, BooleanField())
        return {
            "is_registered_for_meeting": _is_registered(person_id),
            "keeps_meetings": Value(True) if viewer.is_animator else is_kept,
        }

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Whether ``viewer`` may set a meeting: who keeps the thread."""
        return may_add_meeting(viewer, thread)

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """Give them to the other thread, with who registered."""
        carry_meetings(thread, into)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """Before more readers, empty where they are, but of those of who opened the thread."""
        if has_more_readers:
            leave_words(thread)

    def undo(self, thread: Thread) -> None:
        """Delete them, with the first post."""
        delete_meetings(thread)

    def agreed_words(self, threads: Collection[int]) -> Iterable[tuple[int, str]]:
        """Where the meetings of who opened the thread are, and what they ask."""
        meetings = Meeting.objects.filter(thread__in=threads, author=F("thread__author"))
        return [
            (it.thread_id, "\n".join([it.place, it.call_url, *(text for text, _ in it.asked)]))
            for it in meetings.order_by("pk")
        ]
