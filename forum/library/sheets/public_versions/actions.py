"""Proposing sheets to the public, and what their authors say.

Each action is one transaction of four steps, with the sheet locked: what one author says and
what another takes out do not cross.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.users.suspension import is_suspended
from accounts.viewers.viewers import Viewer, viewer_of_person
from forum.base.rules import require, require_unsilenced, suspended_reason
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.queries import lock_active_account, reason_to_hold
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.consents.models import (
    AuthorConsent,
    ConsentAnswer,
    ShownName,
)
from forum.library.sheets.public_versions.models import PublicVersion, VersionEnd
from forum.library.sheets.public_versions.queries import (
    authors_of,
    consent_of,
    get_concerned_version,
    quotation_reason,
    withdrawable_versions,
)
from forum.library.sheets.public_versions.rules import may_cancel, require_may_propose
from forum.library.sheets.public_versions.snapshot import Proposal, snapshot_of, take_prices_out
from forum.library.sheets.queries import get_published_sheet


class ConsentValues(NamedTuple):
    """What an author says: ``answer`` is a ConsentAnswer, ``shown_name`` a ShownName."""

    answer: str
    shown_name: str = ShownName.NAME
    without_prices: bool = False
    remark: str = ""


@transaction.atomic(durable=True)
def propose_public_version(thread_id: int, actor: Viewer, proposal: Proposal) -> PublicVersion:
    """Propose to the public what the sheet of this thread says now; return that version.

    All its authors are asked, ``actor`` too. It takes the place of one that waits. What is
    public meanwhile stays so until the new one is. Raise Refused where an author has closed
    their account: nobody else may say yes for them; where it, or what is said beside it, quotes
    who is not asked; and for whose posts wait to be read: what they say beside the sheet would
    not.
    """
    lock_active_account(actor)
    sheet = get_published_sheet(actor, thread_id)
    lock_row(ExperienceSheet, sheet.pk)
    sheet = get_published_sheet(actor, thread_id)
    require_may_propose(actor, is_written=sheet.is_written)
    assert sheet.thread is not None
    require_read_posts(actor, sheet.thread.space)
    authors = authors_of(sheet)
    words = _("Un de ses auteurs a fermé son compte : sans sa parole, elle ne devient pas "
              "publique.")  # fmt: skip
    require(not any(person.closed_at for person, _seat in authors), words)
    quoted = quotation_reason(actor, sheet, summary=proposal.summary)
    require(not quoted, quoted)
    _end(sheet, VersionEnd.REPLACED, published_at=None)
    version = snapshot_of(sheet, proposal)
    assert actor.person_id is not None  # Who writes has an account.
    version.proposed_by_id = actor.person_id
    version.save(force_insert=True)
    AuthorConsent.objects.bulk_create(
        AuthorConsent(version=version, person=person, seat_id=seat_id)
        for person, seat_id in authors
    )
    return version


@transaction.atomic(durable=True)
def answer_public_version(pk: int, actor: Viewer, values: ConsentValues) -> PublicVersion:
    """Say yes or no to the version of this id, or take back what one said; return it.

    The last yes makes it public. A no to what is public withdraws it at once. Prices that one
    author takes out are out for good. Raise Refused where it has ended, for who is suspended,
    for who is silenced and writes a new remark: see ``withdraw_consent``; and of the last yes
    where ``actor`` and who proposed it are people whose posts wait to be read.
    """
    person = lock_row(User, actor.person_id)
    version = _locked(pk, actor)
    consent = consent_of(actor, version)
    require(consent is not None, _("Seuls les auteurs de la fiche répondent."))
    assert consent is not None
    require(person.is_active, _("Seuls les auteurs de la fiche répondent."))
    require(not is_suspended(person), suspended_reason())
    if values.remark not in ("", consent.remark):
        require_unsilenced(actor.silenced_until)
    now = timezone.now()
    consent.answer, consent.shown_name = values.answer, values.shown_name
    consent.without_prices = consent.without_prices or values.without_prices
    consent.remark, consent.answered_at = values.remark, now
    consent.save()
    version.changed_at = now
    if values.without_prices and not version.without_prices:
        take_prices_out(version)
    if values.answer == ConsentAnswer.NO:
        _withdraw(version, now)
    elif version.published_at is None and _all_agree(version):
        _require_read_words(version, actor)
        _end(version.sheet, VersionEnd.REPLACED, published_at__isnull=False)
        version.published_at = now
    version.save()
    return version


@transaction.atomic(durable=True)
def withdraw_consent(pk: int, actor: Viewer) -> PublicVersion:
    """Take back the yes that ``actor`` said to the version of this id; return it.

    What is public is withdrawn at once, what waits stays unpublished. It says nothing and needs
    no right, so that who is suspended or silenced does it too (RGPD, article 7.3). Raise
    DoesNotExist where they have said no yes to it, or it has ended.
    """
    lock_row(User, actor.person_id)
    version = withdrawable_versions(actor).get(pk=pk)
    lock_row(ExperienceSheet, version.sheet_id)
    version = withdrawable_versions(actor).get(pk=pk)
    now = timezone.now()
    own = version.consents.filter(person=actor.person_id)
    own.update(answer=ConsentAnswer.NO, remark="", answered_at=now)
    version.changed_at = now
    _withdraw(version, now)
    version.save(update_fields=["changed_at", "ended_at", "end"])
    return version


@transaction.atomic(durable=True)
def cancel_public_version(pk: int, actor: Viewer) -> PublicVersion:
    """Give up a version that waits; return it."""
    lock_active_account(actor)
    version = _locked(pk, actor)
    words = _("Qui l’a proposée, ou l’équipe d’animation, abandonne une proposition.")
    require(may_cancel(actor, version), words)
    version.ended_at, version.end = timezone.now(), VersionEnd.CANCELLED
    version.save(update_fields=["ended_at", "end"])
    return version


def replace_note(sheet_id: int, before: str, note: str) -> None:
    """Have the figures of this sheet that went public say ``note`` where they said ``before``.

    Part of the transaction in which a name leaves the note of a figure.
    """
    for pk in PublicVersion.objects.filter(sheet=sheet_id).values_list("pk", flat=True):
        version = lock_row(PublicVersion, pk)
        version.figures = [
            row | {"note": note} if row["note"] == before else row for row in version.figures
        ]
        version.save(update_fields=["figures"])


def _locked(pk: int, actor: Viewer) -> PublicVersion:
    version = get_concerned_version(actor, pk)
    lock_row(ExperienceSheet, version.sheet_id)
    lock_row(PublicVersion, pk)  # Names of closed accounts leave it without the sheet's lock.
    version = get_concerned_version(actor, pk)
    require(version.ended_at is None, _("Cette proposition n’a plus cours."))
    return version


def _withdraw(version: PublicVersion, now: datetime) -> None:
    """End ``version`` if it is public, as one of its authors says no; the caller saves it."""
    if version.published_at:
        version.ended_at, version.end = now, VersionEnd.WITHDRAWN


def _require_read_words(version: PublicVersion, actor: Viewer) -> None:
    """Refuse words that nobody has proposed or confirms whose posts need no review."""
    assert version.sheet.thread is not None
    space = version.sheet.thread.space
    if reason_to_hold(viewer_of_person(version.proposed_by), space, ""):
        require_read_posts(actor, space)


def _all_agree(version: PublicVersion) -> bool:
    answers = AuthorConsent.objects.filter(version=version).values_list("answer", flat=True)
    return all(answer == ConsentAnswer.YES for answer in answers)


def _end(sheet: ExperienceSheet, end: VersionEnd, **which: Any) -> None:
    """End the version of ``sheet`` that waits, or that is public."""
    current = PublicVersion.objects.filter(sheet=sheet, ended_at=None, **which)
    current.update(ended_at=timezone.now(), end=end)
