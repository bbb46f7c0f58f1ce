"""The versions of a post, a title or a summary with what changed from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.base.pagination import NumberedPage
from accounts.charter.diff import bounded_changes
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.revisions.rules import may_ask_to_blank, may_decide
from forum.conversation.threads.summaries.models import Summary

#: The name of the review source, under which animators claim what authors ask.
SOURCE = "versions"
#: Edits on a page: what each changed is worked out, of texts as long as posts may be.
_EDITS_OF_A_PAGE = 5


@dataclass(frozen=True)
class ShownVersion:
    """A version as its page shows it: written ``at``, by whom, why, with what changed.

    ``text``: None where it was blanked. ``changes``: from the version before it, None where
    there is none, either is blanked or both are too much to compare. ``is_cut``: whether there
    is more that changed. ``revision``: the row that holds it, None for the one of today.
    ``may_blank``: whether the viewer may ask for, or decide, that it be blanked.
    """

    text: str | None
    at: datetime
    by: User
    reason: str
    changes: list[list[tuple[str, str]]] | None
    is_cut: bool
    revision: Revision | None = None
    may_blank: bool = False


def revisions_of(viewer: Viewer, revised: Post | Thread | Summary) -> QuerySet[Revision]:
    """The edits that ``viewer`` sees of a post, the title of a thread, or its summary."""
    if isinstance(revised, Post):
        about = Q(post=revised)
    elif isinstance(revised, Summary):
        about = Q(thread=revised.thread_id, post=None, of_summary=True)
    else:
        about = Q(thread=revised.pk, post=None, of_summary=False)
    seen = Revision.objects.visible_to(viewer).filter(about)
    return seen.select_related("author", "edited_by").order_by("-pk")


def revisions_page(
    viewer: Viewer, revised: Post | Thread | Summary, number: int
) -> NumberedPage[Revision]:
    """Page ``number`` of them, the newest first."""
    return NumberedPage(revisions_of(viewer, revised), number, _EDITS_OF_A_PAGE)


def shown_versions(
    viewer: Viewer, revised: Post | Thread | Summary, page: NumberedPage[Revision]
) -> list[ShownVersion]:
    """The versions of ``page``, newest first: the one of today, on the first, and former ones.

    Each edit made a version of the one that its row holds.
    """
    rows = list(revisions_of(viewer, revised)[page.start : page.start + page.size + 1])
    versions: list[tuple[str | None, Revision | None]]
    versions = [(None if row.blanked_at else row.text, row) for row in rows]
    edits = rows  # Of each version but the first ever, the edit that made it.
    if page.start == 0:
        today = revised.title if isinstance(revised, Thread) else revised.text
        versions = [(today, None), *versions]
    else:
        edits = rows[1:]
    shown = []
    for place, (text, row) in enumerate(versions[: page.size + (page.start == 0)]):
        made = edits[place] if place < len(edits) else None
        is_last = place + 1 == len(versions)
        shown.append(
            ShownVersion(
                text,
                made.edited_at if made else revised.created_at,
                made.edited_by if made else (row or revised).author,
                made.reason if made else "",
                *_changes(None if is_last else versions[place + 1][0], text),
                revision=row,
                may_blank=row is not None
                and (may_ask_to_blank(viewer, row) or may_decide(viewer, row)),
            )
        )
    return shown


def _changes(
    before: str | None, after: str | None
) -> tuple[list[list[tuple[str, str]]] | None, bool]:
    """What changed, as much as a page shows of it, and whether there is more."""
    if before is None or after is None:
        return None, False
    return bounded_changes(before, after)


def waiting_revisions(viewer: Viewer, _at: Any = None) -> QuerySet[Revision]:
    """Those that their authors ask to have blanked, for the animator ``viewer``: not theirs."""
    asked = Revision.objects.visible_to(viewer).filter(asked_at__isnull=False)
    return asked.exclude(author=viewer.person_id)
