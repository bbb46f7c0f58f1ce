"""Public versions as pages show them, and the authors who are asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.base.pagination import NumberedPage
from accounts.viewers.viewers import GUEST, Viewer
from forum.sheets.authors.models import AuthorState
from forum.sheets.models import ExperienceSheet
from forum.sheets.public_versions.consents.models import AuthorConsent, ConsentAnswer
from forum.sheets.public_versions.models import PublicVersion, agreed_versions
from forum.sheets.querysets import written_sheets
from forum.sheets.rules import may_edit_sheet


def get_public_version(sheet_id: int) -> PublicVersion:
    """What all read of the sheet of this id; raise DoesNotExist where it is not public."""
    found = PublicVersion.objects.visible_to(GUEST).with_authors()
    return found.get(sheet=sheet_id)


def public_page(number: int) -> NumberedPage[PublicVersion]:
    """A page of the public versions, the latest first."""
    found = PublicVersion.objects.visible_to(GUEST).with_display_fields().newest_first()
    return NumberedPage(found, number)


def latest_public_versions(most: int) -> list[PublicVersion]:
    """The ``most`` that became public last, as a card shows them."""
    found = PublicVersion.objects.visible_to(GUEST).with_display_fields().newest_first()
    return list(found[:most])


def count_public_versions() -> int:
    """How many sheets all may read."""
    return PublicVersion.objects.visible_to(GUEST).count()


def get_concerned_version(viewer: Viewer, pk: int) -> PublicVersion:
    """A version about which ``viewer`` has a word to say; raise DoesNotExist where none."""
    found = PublicVersion.objects.concerning(viewer).with_authors()
    return found.select_related("proposed_by").get(pk=pk)


def current_version(viewer: Viewer, sheet: ExperienceSheet) -> PublicVersion | None:
    """What waits of ``sheet``, else what is public of it, for who has a word to say."""
    found = PublicVersion.objects.concerning(viewer).filter(sheet=sheet, ended_at=None)
    return found.order_by("-proposed_at", "-pk").first()


def public_address(sheet: ExperienceSheet) -> str:
    """Where all read ``sheet``, or "" where it is not public."""
    found = PublicVersion.objects.visible_to(GUEST).filter(sheet=sheet).first()
    return found.get_absolute_url() if found else ""


def correctable_sheet(viewer: Viewer, version: PublicVersion) -> ExperienceSheet | None:
    """The sheet of ``version`` where ``viewer`` writes it today, and may, else None."""
    found = ExperienceSheet.objects.published_to(viewer).filter(written_sheets(viewer))
    sheet = found.filter(pk=version.sheet_id).select_related("thread__space").first()
    return sheet if sheet and may_edit_sheet(viewer, sheet, is_written=True) else None


def withdrawable_versions(viewer: Viewer) -> QuerySet[PublicVersion]:
    """The versions to which ``viewer`` said yes, suspended or not: public, or not yet."""
    said = PublicVersion.objects.visible_to(viewer, agreed_versions)
    return said.with_display_fields().newest_first()


def has_refused(viewer: Viewer, pk: int) -> bool:
    """Whether ``viewer`` said no to the version of this id, or took back their yes."""
    own = AuthorConsent.objects.filter(version=pk, person=viewer.person_id or 0)
    return own.filter(answer=ConsentAnswer.NO).exists()


def consent_of(viewer: Viewer, version: PublicVersion) -> AuthorConsent | None:
    """What ``viewer`` is asked about ``version``, whose consents were read with it."""
    own = [one for one in version.consents.all() if one.person_id == viewer.person_id]
    return own[0] if own else None


def authors_of(sheet: ExperienceSheet) -> list[tuple[Any, int | None]]:
    """Who writes ``sheet``, each with the id of their seat: who began it first."""
    joined = sheet.coauthors.filter(Q(state=AuthorState.ACCEPTED)).select_related("person")
    others = [(one.person, one.seat_id) for one in joined.order_by("pk")]
    return [(sheet.author, sheet.seat_id), *others]
