"""The summary of a thread, as a part of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.viewers.viewers import Viewer
from forum.conversation.threads.models import Thread
from forum.conversation.threads.summaries.actions import carry_summary
from forum.conversation.threads.summaries.models import Summary, shown_summary, summary_mark
from forum.conversation.threads.summaries.queries import offers_summary
from forum.conversation.threads.thread_parts import ThreadPart


class SummaryPart(ThreadPart):
    """The summary in the head; one that was written for other readers is shown to nobody."""

    models = (Summary,)
    position = 30
    head = "conversation/summaries/summary.html"
    button = "conversation/summaries/edit_button.html"

    def fields(self) -> dict[str, Any]:
        """Which one it is, and whose."""
        return {"summary_mark": summary_mark()}

    def shown(self, thread: Thread) -> Summary | None:
        """The summary, with its author."""
        return shown_summary(thread) if vars(thread)["summary_mark"] else None

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Of a long thread, or of one that has a summary."""
        return offers_summary(viewer, thread)

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """It is shown there, unless there is one."""
        carry_summary(thread, into, actor)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """It stays as it was written, which its rule asks."""

    def naming(self, person_id: int) -> QuerySet[Summary]:
        """Those that they wrote last."""
        return Summary.objects.filter(author=person_id)
