"""Opening, closing and taking calls for a reviewer.

Each action is one transaction of four steps, with the sheet locked.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.base.rules import require
from forum.conversation.threads.queries import lock_active_account
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.queries import get_written_sheet
from forum.library.sheets.reviews.actions import add_review, require_few_reviewers
from forum.library.sheets.reviews.calls.models import (
    CALL_PERIOD,
    ReviewCall,
    ReviewCallQuerySet,
    ReviewCallRecipient,
)
from forum.library.sheets.reviews.calls.queries import people_to_notify
from forum.library.sheets.reviews.models import SheetReview
from forum.library.sheets.rules import require_manages

#: Calls that one person has open at once.
MAX_OPEN_CALLS = 5


@transaction.atomic(durable=True)
def open_call(sheet: ExperienceSheet, actor: Viewer) -> ReviewCall:
    """Open a call for a reviewer of ``sheet``, and notify some who know its topic; return it.

    Where one is open, that one.
    """
    sheet = _lock_managed(sheet, actor)
    now = timezone.now()
    _end(ReviewCall.objects.filter(sheet=sheet, ends_at__lte=now), now)
    if existing := ReviewCall.objects.filter(sheet=sheet, ended_at=None).first():
        return existing
    is_named = bool(sheet.shown_title.strip() and sheet.shown_topic)
    words = _("Donnez d’abord un titre et un sujet à cette fiche : l’appel les dit.")
    require(is_named, words)
    require_few_reviewers(sheet)
    own = ReviewCall.objects.open(now).filter(opened_by=actor.person_id)
    words = _("Vous avez déjà %(most)d appels ouverts : fermez-en un d’abord.")
    require(own.count() < MAX_OPEN_CALLS, words % {"most": MAX_OPEN_CALLS})
    people = list(people_to_notify(sheet, actor, now))
    assert actor.person_id is not None  # Who writes has an account.
    call = ReviewCall.objects.create(
        sheet=sheet, opened_by_id=actor.person_id, opened_at=now, ends_at=now + CALL_PERIOD
    )
    rows = [ReviewCallRecipient(call=call, person=person, notified_at=now) for person in people]
    ReviewCallRecipient.objects.bulk_create(rows)
    return call


@transaction.atomic(durable=True)
def close_call(sheet: ExperienceSheet, actor: Viewer) -> None:
    """Close the call of ``sheet``, if one is open."""
    sheet = _lock_managed(sheet, actor)
    _end(ReviewCall.objects.filter(sheet=sheet), timezone.now())


@transaction.atomic(durable=True)
def take_call(pk: int, actor: Viewer) -> SheetReview:
    """Have ``actor`` review the sheet of the call with this id; return the review.

    Of two who take it at once, one does. Who took it is given the same review again. Raise
    Refused where it has ended, ReviewCall.DoesNotExist where they may not know of it.
    """
    lock_active_account(actor)
    seen = ReviewCall.objects.visible_to(actor)
    sheet = lock_row(ExperienceSheet, seen.get(pk=pk).sheet_id)
    call = seen.get(pk=pk)
    if call.taken_by_id == actor.person_id:
        return SheetReview.objects.visible_to(actor).get(sheet=sheet, reviewer=call.taken_by_id)
    require(call.is_open, ended_reason())
    person = User.objects.get(pk=actor.person_id or 0)
    review = add_review(sheet, person, call.opened_by_id)
    call.ended_at, call.taken_by_id = timezone.now(), actor.person_id
    call.save(update_fields=["ended_at", "taken_by"])
    return review


def ended_reason() -> str:
    """The reason why a call is not taken any more."""
    return _("Cet appel n’est plus ouvert : quelqu’un l’a pris, ou son auteur l’a fermé. "
             "Merci d’avoir voulu aider !")  # fmt: skip


def end_calls(at: datetime | None = None) -> int:
    """End what nobody took in time, and forget who was notified of what ended long ago.

    Return how many calls ended.
    """
    at = at or timezone.now()
    with transaction.atomic(durable=True):
        ended = _end(ReviewCall.objects.filter(ends_at__lte=at), at)
        old = ReviewCallRecipient.objects.filter(call__ended_at__lte=at - CALL_PERIOD)
        old.delete()
    return ended


def end_calls_of(person_id: int) -> None:
    """End the calls of someone whose account is closed, and what they were notified of."""
    with transaction.atomic(durable=True):
        _end(ReviewCall.objects.filter(opened_by=person_id), timezone.now())
        ReviewCallRecipient.objects.filter(person=person_id).delete()


def _lock_managed(sheet: ExperienceSheet, actor: Viewer) -> ExperienceSheet:
    lock_active_account(actor)
    lock_row(ExperienceSheet, sheet.pk)
    sheet = get_written_sheet(actor, sheet.pk)
    require_manages(actor, sheet)
    return sheet


def _end(calls: ReviewCallQuerySet, at: datetime) -> int:
    return calls.filter(ended_at=None).update(ended_at=at)
