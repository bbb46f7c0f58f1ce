"""Consent rounds, as a part of their thread."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.viewers.viewers import Viewer
from forum.conversation.consent_rounds.actions import leave_rounds
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.consent_rounds.rules import may_add_round
from forum.conversation.consultations.actions import carry, delete_all
from forum.conversation.consultations.models import has_one, head_of
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_parts import NextForm, ThreadPart


class ConsentRoundPart(ThreadPart):
    """The open round in the head, else the last one; it names nobody there."""

    models = (ConsentRound,)
    position = 33
    head = "conversation/consent_rounds/card.html"
    button = "conversation/consent_rounds/add_button.html"
    next_forms = {"round": NextForm("open-round", _("Ouvrir le tour de consentement"))}

    def fields(self) -> dict[str, Any]:
        """Whether there is one."""
        return {"has_consent_round": has_one(ConsentRound)}

    def shown(self, thread: Thread) -> ConsentRound | None:
        """The round."""
        return head_of(ConsentRound, thread) if vars(thread)["has_consent_round"] else None

    def is_urgent(self, shown: ConsentRound) -> bool:
        """While voters answer."""
        return shown.closed_at is None

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """Whether ``viewer`` may open one: who keeps the thread, where members read."""
        return may_add_round(viewer, thread)

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """Give them to the other thread; of two open ones, that of the other stays open."""
        carry(ConsentRound, thread, into)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """Leave them behind before more readers, leave them as they are before fewer."""
        if has_more_readers:
            leave_rounds(thread)

    def undo(self, thread: Thread) -> None:
        """Delete them, with the first post."""
        delete_all(ConsentRound, thread)
