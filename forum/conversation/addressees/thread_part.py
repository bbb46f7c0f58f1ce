"""Whom a question is put to and who has the same, as a part of its thread."""

from __future__ import annotations

from typing import Any

from accounts.viewers.viewers import Viewer
from forum.conversation.addressees.actions import (
    carry_addressees,
    forget_words,
    withdraw_addressees,
)
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.models import ThreadAddressee, addressees_text
from forum.conversation.addressees.referrals.queries import asked_state
from forum.conversation.addressees.same_questions.actions import (
    carry_same_questions,
    leave_same_questions,
)
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.conversation.addressees.selection.rules import may_ask_others
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import ThreadPart


class AddresseePart(ThreadPart):
    """What became of a question with each addressee, and how many others would ask it."""

    models = (ThreadAddressee, AskedOrganisation, SameQuestion)
    position = 10
    columns = ("same_question_count",)
    head = "conversation/addressees/head.html"
    folds = False
    button = "conversation/addressees/ask_others_button.html"
    marks = {"same-question": "has_same_question"}

    def fields(self) -> dict[str, Any]:
        """To whom it is put, and what became of it with each."""
        return {"asked_text": addressees_text(with_states=True)}

    def shown(self, thread: Thread) -> bool:
        """Whether it is a question: the thread has what is shown of it."""
        return thread.kind == "question"

    def viewer_fields(self, viewer: Viewer, at: Any) -> dict[str, Any]:
        """How the viewer stands to it."""
        return asked_state(viewer, at)

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Whether ``viewer`` may put it to others: who asked it, while it is open."""
        return may_ask_others(viewer, thread)

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """Put the other question to them too, and count the same questions for it."""
        if into.kind == "question":
            carry_addressees(thread, into)
            carry_same_questions(thread, into)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """Delete the words of who declined and, before more readers, the same questions."""
        forget_words(thread)
        if has_more_readers:
            leave_same_questions(thread)

    def undo(self, thread: Thread) -> None:
        """Delete whom it was put to."""
        withdraw_addressees(thread)
