"""Beginning, saving and deleting drafts of sheets.

Each action is one transaction of four steps; they raise as those of threads do
(``forum/conversation/threads/actions.py``). Who acts is locked first, then the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base.rules import require
from forum.conversation.files.actions import Attachment, delete_sheet_files, give_files_to_sheet
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import lock_active_account
from forum.library.sheets.actions import SheetConflict, SheetValues, write_sheet
from forum.library.sheets.authors.models import AuthorState, SheetAuthor
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.queries import get_draft
from forum.library.sheets.reviews.models import SheetReview
from forum.library.sheets.rules import require_may_begin, require_may_edit

#: Drafts that one person has begun and not published.
MAX_DRAFTS = 30


@transaction.atomic(durable=True)
def begin_sheet(
    actor: Viewer,
    values: SheetValues,
    origin: Thread | None = None,
    files: Sequence[Attachment] = (),
    **columns: Any,
) -> ExperienceSheet:
    """Begin a draft, drawn from ``origin`` if given; return it. ``columns``: its space."""
    lock_active_account(actor)
    require_may_begin(actor)
    own = ExperienceSheet.objects.filter(author=actor.person_id, thread=None)
    words = _("Vous avez déjà %(most)d brouillons de fiches : publiez-en ou supprimez-en.")
    require(own.count() < MAX_DRAFTS, words % {"most": MAX_DRAFTS})
    assert actor.person_id is not None  # Who writes has an account.
    sheet = ExperienceSheet(
        author_id=actor.person_id, seat_id=actor.seat_id, origin=origin, **columns
    )
    write_sheet(sheet, actor, values)
    give_files_to_sheet(sheet.pk, actor, files)
    return sheet


@transaction.atomic(durable=True)
def save_draft(
    sheet: ExperienceSheet,
    actor: Viewer,
    values: SheetValues,
    version: int,
    files: Sequence[Attachment] | None = None,
) -> ExperienceSheet:
    """Save a draft, which its editor read at ``version``; return it.

    ``files``: all that it has from now on; None leaves them as they are. Raise SheetConflict
    where somebody has saved it since.
    """
    sheet = lock_draft(sheet, actor)
    require_may_edit(actor, sheet, is_written=sheet.is_written)
    if sheet.version != version:
        raise SheetConflict(sheet)
    sheet.version += 1
    write_sheet(sheet, actor, values)
    if files is not None:
        give_files_to_sheet(sheet.pk, actor, files)
    return sheet


@transaction.atomic(durable=True)
def delete_draft(sheet: ExperienceSheet, actor: Viewer) -> None:
    """Delete a draft, for its co-authors too."""
    sheet = lock_draft(sheet, actor)
    words = _("Seul qui a commencé cette fiche la supprime.")
    require(sheet.author_id == actor.person_id, words)
    delete_sheet_files(sheet.pk)
    sheet.delete()


def lock_draft(sheet: ExperienceSheet, actor: Viewer) -> ExperienceSheet:
    """The draft, locked, as ``actor`` sees it; raise DoesNotExist once it is published."""
    lock_active_account(actor)
    lock_row(ExperienceSheet, sheet.pk)
    return get_draft(actor, sheet.pk)


def delete_drafts_of(person_id: int) -> None:
    """Delete the drafts of someone whose account is closed, and what waits for them.

    A draft that others write goes on as the first co-author's who reads what it is written for
    and drawn from; until one of them does, its author stays the former member. It may be done
    twice.
    """
    own = ExperienceSheet.objects.filter(author=person_id, thread=None)
    for pk in list(own.values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            sheet = lock_row(ExperienceSheet, pk)
            joined = sheet.coauthors.filter(
                state=AuthorState.ACCEPTED, person__is_active=True
            ).exclude(person=person_id)
            if not joined.exists():
                delete_sheet_files(sheet.pk)
                sheet.delete()
            elif heir := _reader_of(sheet, joined):
                sheet.author_id, sheet.seat_id = heir.person_id, heir.seat_id
                sheet.save(update_fields=["author", "seat"])
                heir.delete()
    SheetAuthor.objects.filter(person=person_id, state=AuthorState.INVITED).delete()
    SheetReview.objects.filter(reviewer=person_id, verdict="").delete()


def _reader_of(sheet: ExperienceSheet, coauthors: QuerySet[SheetAuthor]) -> SheetAuthor | None:
    """The first of ``coauthors`` (SheetAuthor) who reads the draft ``sheet`` today, or None."""
    for coauthor in coauthors.select_related("person").order_by("pk"):
        seen = ExperienceSheet.objects.visible_to(viewer_of_person(coauthor.person))
        if seen.filter(pk=sheet.pk).exists():
            return coauthor
    return None
