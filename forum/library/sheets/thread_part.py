"""The sheet that opens a thread, as a part of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from accounts.viewers.viewers import Viewer
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import ThreadPart
from forum.library.sheets.models import ExperienceSheet


class SheetPart(ThreadPart):
    """The sheet, whose words are the first post; the thread itself shows that it has one."""

    models = (ExperienceSheet,)
    position = 50

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """There is none: what a sheet opens is not merged."""

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """It is read where its thread is; who is quoted in it was asked before."""

    def agreed_words(self, threads: Collection[int]) -> Iterable[tuple[int, str]]:
        """The note at its head that it is outdated."""
        notes = ExperienceSheet.objects.filter(thread__in=threads)
        return notes.values_list("thread", "outdated")
