"""How a question was settled otherwise than by an answer, as a part of its thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from accounts.viewers.viewers import Viewer
from forum.base.rules import may_accept_answer
from forum.conversation.threads.models import Thread
from forum.conversation.threads.settlements.actions import carry_settlement, leave_settlement
from forum.conversation.threads.settlements.models import Settlement
from forum.conversation.threads.thread_parts import ThreadPart


class SettlementPart(ThreadPart):
    """What stands of how it was settled, in the head."""

    models = (Settlement,)
    position = 20
    columns = ("settled_at",)
    head = "conversation/settlements/settlement.html"
    button = "conversation/settlements/settle_button.html"

    def shown(self, thread: Thread) -> Settlement | None:
        """The current settlement, with who wrote it."""
        return thread.page_settlement if thread.settled_at else None

    def is_urgent(self, shown: Settlement) -> bool:
        """It is what the question asked for."""
        return True

    def offers(self, viewer: Viewer, thread: Thread) -> bool:
        """To who may accept an answer."""
        return may_accept_answer(viewer, thread) and not thread.is_resolved

    def merge(self, thread: Thread, into: Thread, actor: Viewer) -> None:
        """It settles the other question, unless that is settled."""
        carry_settlement(thread, into)

    def move(self, thread: Thread, *, has_more_readers: bool) -> None:
        """The words of whoever did not ask the question are taken away."""
        leave_settlement(thread)

    def agreed_words(self, threads: Collection[int]) -> Iterable[tuple[int, str]]:
        """The words that say how."""
        stands = Settlement.objects.filter(thread__in=threads, ended_at=None)
        return stands.order_by("pk").values_list("thread", "text")

    def naming(self, person_id: int) -> QuerySet[Settlement]:
        """Those of theirs that stand."""
        return Settlement.objects.filter(person=person_id, ended_at=None)
