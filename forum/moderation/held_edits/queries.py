"""Edits that wait, as pages and the review queue show them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.charter.diff import bounded_changes
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.held_edits.models import EditedPart, HeldEdit
from forum.conversation.threads.summaries.queries import edited_summary

#: The name of the review source, under which animators claim edits.
SOURCE = "modifications"


def waiting_edits(viewer: Viewer, _at: Any = None) -> QuerySet[HeldEdit]:
    """The edits that wait for the animator ``viewer``: not their own."""
    return HeldEdit.objects.visible_to(viewer).exclude(author=viewer.person_id)


def edit_for_page(viewer: Viewer, pk: int) -> HeldEdit:
    """The edit ``pk`` with what its page shows; raise DoesNotExist where it is not theirs."""
    rows = HeldEdit.objects.visible_to(viewer).select_related("post__thread__space", "author")
    return rows.get(pk=pk)


def changes_of(edit: HeldEdit, viewer: Viewer) -> list[list[tuple[str, str]]]:
    """What ``edit`` would change in what ``viewer``, who sees it, reads today."""
    return bounded_changes(_current_text(edit, viewer), edit.text)[0] or []


def _current_text(edit: HeldEdit, viewer: Viewer) -> str:
    if edit.part == EditedPart.TEXT:
        return edit.post.text
    if edit.part == EditedPart.TITLE:
        return edit.post.thread.title
    return edited_summary(viewer, edit.post.thread).text
