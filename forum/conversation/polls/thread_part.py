"""Polls, as a part of their thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.conversation.consultations.actions import carry, delete_all
from forum.conversation.consultations.models import has_one, head_of
from forum.conversation.consultations.rules import may_add
from forum.conversation.polls.actions import leave_polls
from forum.conversation.polls.models import Poll
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import NextForm, ThreadPart


class PollPart(ThreadPart):
    """The open poll in the head, else the last one; it names nobody there."""

    models = (Poll,)
    position = 35
    head = "conversation/polls/card.html"
    button = "conversation/polls/add_button.html"
    next_forms = {"vote": NextForm("add-poll", _("Ouvrir le vote"), "?vote=1")}

    def fields(self) -> dict[str, Any]:
        """Whether there is one."""
        return {"has_poll": has_one(Poll)}

    def shown(self, thread: Thread) -> Poll | None:
        """The poll."""
        return head_of(Poll, thread) if vars(thread)["has_poll"] else None

    def is_urgent(self, shown: Poll) -> bool:
        """While one votes."""
        return shown.closed_at is None

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Whether ``viewer`` may add a poll: who keeps the thread."""
        return may_add(viewer, thread)

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """Give them to the other thread; of two open ones, that of the other stays open."""
        carry(Poll, thread, into)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """Close them before more readers, without names; leave them before fewer."""
        if has_more_readers:
            leave_polls(thread)

    def undo(self, thread: Thread) -> None:
        """Delete them, with the first post."""
        delete_all(Poll, thread)

    def agreed_words(self, threads: Collection[int]) -> Iterable[tuple[int, str]]:
        """The words of who opened the thread."""
        polls = Poll.objects.filter(thread__in=threads, removed_at=None)
        polls = polls.filter(author=F("thread__author"), voter_kind="").order_by("pk")
        rows = polls.values_list("thread", "question", "choices")
        return [(pk, f"{question}\n{choices}") for pk, question, choices in rows]
