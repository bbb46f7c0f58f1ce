"""Polls, as a part of their thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F

from accounts.viewers.viewers import Viewer
from forum.conversation.polls.actions import carry_polls, delete_polls, leave_polls
from forum.conversation.polls.models import Poll, has_poll, head_poll
from forum.conversation.polls.rules import may_add_poll
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import ThreadPart


class PollPart(ThreadPart):
    """The open poll in the head, else the last one; it names nobody there."""

    models = (Poll,)
    position = 35
    head = "conversation/polls/card.html"
    button = "conversation/polls/add_button.html"

    def fields(self) -> dict[str, Any]:
        """Whether there is one."""
        return {"has_poll": has_poll()}

    def shown(self, thread: Thread) -> Poll | None:
        """The poll."""
        return head_poll(thread) if vars(thread)["has_poll"] else None

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Whether ``viewer`` may add a poll: who keeps the thread."""
        return may_add_poll(viewer, thread)

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """Give them to the other thread; of two open ones, that of the other stays open."""
        carry_polls(thread, into)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """Close them before more readers, without names; leave them before fewer."""
        if has_more_readers:
            leave_polls(thread)

    def undo(self, thread: Thread) -> None:
        """Delete them, with the first post."""
        delete_polls(thread)

    def agreed_words(self, threads: Collection[int]) -> Iterable[tuple[int, str]]:
        """The words of who opened the thread."""
        polls = Poll.objects.filter(thread__in=threads, removed_at=None)
        polls = polls.filter(author=F("thread__author")).order_by("pk")
        rows = polls.values_list("thread", "question", "choices")
        return [(pk, f"{question}\n{choices}") for pk, question, choices in rows]
