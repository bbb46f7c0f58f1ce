"""Consultations of one kind, for who reads their threads."""

from __future__ import annotations

from typing import cast

from accounts.viewers.viewers import Viewer
from forum.conversation.consultations.models import Consultation, removed, rows_of
from forum.conversation.threads.models import Thread


def get_shown[Row: Consultation](model: type[Row], viewer: Viewer, pk: int) -> Row:
    """The one with its thread and author; raise DoesNotExist where they see none."""
    rows = rows_of(model).visible_to(viewer).with_counts()
    return cast(Row, rows.select_related("thread__space", "author").get(pk=pk))


def get_removed[Row: Consultation](model: type[Row], viewer: Viewer, pk: int) -> Row:
    """The removed one, to an animator; raise DoesNotExist where they see none."""
    rows = rows_of(model).visible_to(viewer, removed).with_counts()
    return cast(Row, rows.select_related("thread__space", "author").get(pk=pk))


def to_restore[Row: Consultation](
    model: type[Row], viewer: Viewer, thread: Thread
) -> list[Row]:
    """The removed ones of ``thread`` that ``viewer`` may restore, the last first."""
    rows = rows_of(model).visible_to(viewer, removed).filter(thread=thread)
    return list(rows.exclude(author=viewer.person_id).order_by("-removed_at"))


def open_one[Row: Consultation](model: type[Row], viewer: Viewer, thread: Thread) -> Row | None:
    """The open one of ``thread``, if there is one."""
    rows = rows_of(model).visible_to(viewer).open().filter(thread=thread)
    return next((it for it in rows if not it.is_over), None)


def others_of[Row: Consultation](viewer: Viewer, it: Row) -> list[Row]:
    """The others of its kind in its thread, the open one first."""
    rows = rows_of(type(it)).visible_to(viewer).filter(thread=it.thread_id).exclude(pk=it.pk)
    return list(rows.open_first())
