"""The titles and reasons of moved threads that those who wrote there may know."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.conversation.threads.models import Thread
from forum.conversation.threads.own_posts import visible_titles
from forum.moderation.thread_moves.models import LostReader, ThreadMove


def known_titles(viewer: Viewer, moves: Iterable[ThreadMove]) -> dict[int, str]:
    """``{thread id: title}`` of the threads of ``moves``, as ``viewer`` may know them.

    Where they read the thread no more, the title that it had as they lost it, or words for one.
    """
    if not (threads := {move.thread_id for move in moves}):
        return {}
    seen = visible_titles(viewer, threads)
    lost = LostReader.objects.filter(person=viewer.person_id, move__thread__in=threads)
    former = dict(lost.order_by("pk").values_list("move__thread", "move__title"))
    unknown = dict.fromkeys(threads, _("fil que vous ne lisez plus"))
    return unknown | former | seen


def lost_before(person_id: int | None, thread: str = "thread") -> Exists:
    """Whether the person had lost the ``thread`` of a move, by another one, before it."""
    earlier = {"move__thread": OuterRef(thread), "move__moved_at__lt": OuterRef("moved_at")}
    return Exists(LostReader.objects.filter(person=person_id, **earlier))


def may_know_reason(viewer: Viewer, move: ThreadMove) -> bool:
    """Whether ``viewer``, who wrote there, may know of ``move`` more than what it asks of them.

    They lost the thread by that move, or read it, and had not lost it before.
    """
    if move.lost_readers.filter(person=viewer.person_id).exists():
        return True
    seen = Thread.objects.visible_to(viewer).filter(pk=move.thread_id)
    rows = ThreadMove.objects.filter(lost_before(viewer.person_id), pk=move.pk)
    return seen.exists() and not rows.exists()
