"""Inviting co-authors, answering, leaving.

Each action is one transaction of four steps. What concerns a sheet locks its row.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base.rules import require
from forum.base.spaces.models import Space
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import lock_active_account
from forum.library.sheets.authors.models import AuthorState, SheetAuthor, SheetWriter
from forum.library.sheets.authors.queries import own_invitation
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.queries import get_written_sheet
from forum.library.sheets.rules import require_manages

#: Co-authors of a sheet, and invitations to it that wait.
MAX_AUTHORS = 12
#: Runs of words that are known of one who writes a sheet, the last ones: three full sheets.
MAX_FINGERPRINTS = 25_000


@transaction.atomic(durable=True)
def invite_author(sheet: ExperienceSheet, actor: Viewer, person: User) -> SheetAuthor:
    """Invite ``person`` to write ``sheet``; return the invitation, new or there.

    Who declined is asked again. They must read the threads that it heads or is drawn from.
    """
    sheet = _locked(sheet, actor)
    require_manages(actor, sheet)
    require(person.pk != actor.person_id, _("Vous écrivez déjà cette fiche."))
    require_reads_sources(sheet, person)
    row = SheetAuthor.objects.filter(sheet=sheet, person=person).first()
    if row is None:
        rows = SheetAuthor.objects.filter(sheet=sheet).exclude(state=AuthorState.REMOVED)
        words = _("Une fiche a %(most)d coauteurs au plus.")
        require(rows.count() < MAX_AUTHORS, words % {"most": MAX_AUTHORS})
        row = SheetAuthor(sheet=sheet, person=person)
    if row.state == AuthorState.ACCEPTED or (row.pk and row.state == AuthorState.INVITED):
        return row
    assert actor.person_id is not None  # Who writes has an account.
    row.state, row.invited_by_id = AuthorState.INVITED, actor.person_id
    row.invited_at, row.answered_at = timezone.now(), None
    row.save()
    return row


@transaction.atomic(durable=True)
def answer_invitation(pk: int, actor: Viewer, *, accepts: bool) -> SheetAuthor:
    """Accept or decline; return the invitation. Pressed twice, the last answer holds."""
    lock_active_account(actor)
    row = own_invitation(actor, pk)
    lock_row(ExperienceSheet, row.sheet_id)
    row = own_invitation(actor, pk)
    row.state = AuthorState.ACCEPTED if accepts else AuthorState.DECLINED
    row.seat_id, row.answered_at = actor.seat_id, timezone.now()
    row.save(update_fields=["state", "seat", "answered_at"])
    return row


@transaction.atomic(durable=True)
def remove_author(pk: int, actor: Viewer) -> SheetAuthor:
    """Take a co-author, or an invitation, away: by who began the sheet, or by themselves.

    Words of theirs that stand in it stay theirs, about which they are asked. The row of a
    co-author whom another removes stays, by which they are told.
    """
    lock_active_account(actor)
    row = SheetAuthor.objects.visible_to(actor).select_related("sheet__thread").get(pk=pk)
    sheet = lock_row(ExperienceSheet, row.sheet_id)
    words = _("Ceci revient à qui a commencé cette fiche.")
    require(actor.person_id in (sheet.author_id, row.person_id), words)
    row = SheetAuthor.objects.get(pk=row.pk)
    if row.state == AuthorState.ACCEPTED and actor.person_id != row.person_id:
        row.state, row.answered_at = AuthorState.REMOVED, timezone.now()
        row.save(update_fields=["state", "answered_at"])
    elif row.state != AuthorState.REMOVED:
        SheetAuthor.objects.filter(pk=row.pk).delete()
    return row


def note_writer(sheet: ExperienceSheet, actor: Viewer, before: set[str], now: set[str]) -> None:
    """Note whose words ``sheet`` has, as ``actor`` saves it: part of that transaction.

    ``before`` and ``now`` are its fingerprints.
    """
    rows = {writer.person_id: writer for writer in SheetWriter.objects.filter(sheet=sheet)}
    if added := now - before:
        assert actor.person_id is not None  # Who writes has an account.
        new = SheetWriter(sheet=sheet, person_id=actor.person_id)
        own = rows.setdefault(actor.person_id, new)
        own.seat_id, own.saved_at = actor.seat_id, timezone.now()
        known = [fingerprint for fingerprint in own.fingerprints if fingerprint not in added]
        own.fingerprints = (known + sorted(added))[-MAX_FINGERPRINTS:]
    for row in rows.values():
        is_shown = not now.isdisjoint(row.fingerprints)
        if row.pk is None or row.is_shown != is_shown or row.person_id == actor.person_id:
            row.is_shown = is_shown
            row.save()


def require_reads_sources(sheet: ExperienceSheet, person: User) -> None:
    """Raise Refused where ``person`` does not read what ``sheet`` heads or is drawn from.

    Nor the space that a draft is written for.
    """
    viewer = viewer_of_person(person)
    sources = {pk for pk in (sheet.thread_id, sheet.origin_id) if pk}
    seen = Thread.objects.visible_to(viewer).filter(pk__in=sources)
    reads = seen.count() == len(sources)
    if sheet.is_draft and sheet.space_id:
        reads = reads and Space.objects.visible_to(viewer).filter(pk=sheet.space_id).exists()
    words = _("%(name)s ne lit pas l’espace d’où vient cette fiche, ou pour lequel elle est "
              "écrite.")  # fmt: skip
    require(reads, words % {"name": person.full_name})


def _locked(sheet: ExperienceSheet, actor: Viewer) -> ExperienceSheet:
    lock_active_account(actor)
    lock_row(ExperienceSheet, sheet.pk)
    return get_written_sheet(actor, sheet.pk)
