"""Asking a peer to review a sheet, and what they say.

Each action is one transaction of four steps, with the sheet locked.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.rules import require, require_unsilenced
from forum.base.writers import writer_ids
from forum.conversation.threads.queries import lock_active_account
from forum.library.sheets.authors.actions import require_reads_sources
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.queries import get_written_sheet
from forum.library.sheets.reviews.models import SheetReview
from forum.library.sheets.reviews.queries import is_of_elsewhere
from forum.library.sheets.rules import require_manages

#: Reviewers of a sheet.
MAX_REVIEWS = 6


@transaction.atomic(durable=True)
def ask_review(sheet: ExperienceSheet, actor: Viewer, person: User) -> SheetReview:
    """Ask ``person``, of another organisation and territory, to review ``sheet``.

    Return the review, new or there; who answered is asked anew, and their answer is gone.
    """
    lock_active_account(actor)
    lock_row(ExperienceSheet, sheet.pk)
    sheet = get_written_sheet(actor, sheet.pk)
    require_manages(actor, sheet)
    assert actor.person_id is not None  # Who writes has an account.
    return add_review(sheet, person, actor.person_id)


def add_review(sheet: ExperienceSheet, person: User, asked_by_id: int) -> SheetReview:
    """Have ``person`` review ``sheet``, asked by this author; return the review.

    Part of the transaction of an action that locked the sheet. Raise Refused where ``person``
    is an author, a neighbour, or reads less than the sheet comes from.
    """
    is_author = person.pk in writer_ids(ExperienceSheet.objects.filter(pk=sheet.pk))
    require(not is_author, _("Un auteur ne relit pas sa propre fiche."))
    words = _("Demandez à quelqu’un d’une autre organisation et d’un autre territoire.")
    require(is_of_elsewhere(person, sheet), words)
    require_reads_sources(sheet, person)
    reviews = SheetReview.objects.filter(sheet=sheet)
    row = reviews.filter(reviewer=person).first()
    if row and not row.verdict:
        return row
    if row is None:
        require_few_reviewers(sheet)
        row = SheetReview(sheet=sheet, reviewer=person)
    row.asked_by_id, row.asked_at = asked_by_id, timezone.now()
    row.verdict, row.remark, row.answered_at = "", "", None
    row.save()
    return row


def require_few_reviewers(sheet: ExperienceSheet) -> None:
    """Raise Refused where ``sheet`` has as many reviewers as one may have, asked ones too."""
    words = _("Une fiche a %(most)d relecteurs au plus.")
    count = SheetReview.objects.filter(sheet=sheet).count()
    require(count < MAX_REVIEWS, words % {"most": MAX_REVIEWS})


@transaction.atomic(durable=True)
def answer_review(pk: int, actor: Viewer, verdict: str, remark: str) -> SheetReview:
    """Say what ``actor`` thinks of the sheet that they are asked about; return the review."""
    lock_active_account(actor)
    require_unsilenced(actor.silenced_until)
    own = SheetReview.objects.visible_to(actor).filter(reviewer=actor.person_id)
    row = own.get(pk=pk)
    lock_row(ExperienceSheet, row.sheet_id)
    sheet = ExperienceSheet.objects.visible_to(actor).get(pk=row.sheet_id)
    row = own.get(pk=pk)
    row.sheet, row.verdict, row.remark = sheet, verdict, remark
    row.seat_id, row.answered_at = actor.seat_id, timezone.now()
    row.save(update_fields=["verdict", "remark", "seat", "answered_at"])
    return row
