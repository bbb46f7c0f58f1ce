"""Asking once a year whether sheets are still true, and answering."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.queries import thread_for_update
from forum.library.sheets.authors.actions import note_writer
from forum.library.sheets.authors.fingerprints import fingerprints, texts_of
from forum.library.sheets.confirmations.queries import answered_for, sheets_to_ask_about
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.rules import require_may_edit

#: Sheets about which one run of the worker asks.
_ASKED_AT_ONCE = 200


@transaction.atomic
def ask_if_still_true() -> int:
    """Ask the authors of the sheets that are due; return how many sheets that is."""
    due = list(sheets_to_ask_about().values_list("pk", flat=True)[:_ASKED_AT_ONCE])
    return ExperienceSheet.objects.filter(pk__in=due).update(asked_at=timezone.now())


@transaction.atomic(durable=True)
def answer_still_true(thread_id: int, actor: Viewer, outdated: str = "") -> ExperienceSheet:
    """Say that the sheet is still true, or, in words, why it is ``outdated``; return it.

    Words are for who could edit it, and whose posts do not wait to be read: these would not.
    """
    thread = thread_for_update(thread_id, actor)
    sheets = ExperienceSheet.objects.published_to(actor).filter(thread=thread)
    sheet = lock_row(ExperienceSheet, sheets.get().pk)
    may = sheets.filter(answered_for(actor)).exists()
    require(may, _("C’est aux auteurs d’une fiche de dire si elle est toujours vraie."))
    if outdated:
        sheet.thread = thread
        require_may_edit(actor, sheet, is_written=True)  # As one of its authors would.
        require_read_posts(actor, thread.space)
    now, figures = timezone.now(), list(sheet.figures.all())
    *texts, note = texts_of(sheet, figures)
    hashes = fingerprints(texts)
    sheet.outdated, sheet.outdated_at = outdated, now if outdated else None
    if outdated:
        sheet.saved_by_id = actor.person_id
    else:
        sheet.confirmed_at = now
    sheet.save(update_fields=["outdated", "outdated_at", "saved_by", "confirmed_at"])
    before, after = hashes | fingerprints([note]), hashes | fingerprints([outdated])
    note_writer(sheet, actor, before, after)
    return sheet
