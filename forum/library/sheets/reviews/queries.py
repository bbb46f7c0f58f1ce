"""Reviews of sheets, and who may be asked for one."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Seat, User
from accounts.viewers.viewers import Rights, Viewer
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.querysets import readable_sheets
from forum.library.sheets.reviews.models import SheetReview


def reviews_asked_of(viewer: Viewer) -> list[SheetReview]:
    """The reviews that wait for ``viewer``, of drafts and of published sheets they read."""
    return _ASKED.rows(viewer.rights, person_id=viewer.person_id or 0)


def _asked(rights: Rights, person_id: int) -> QuerySet[SheetReview]:
    viewer = Viewer(*rights, person_id=person_id)
    rows = SheetReview.objects.visible_to(viewer).filter(reviewer=person_id)
    rows = rows.filter(readable_sheets(viewer, "sheet__"), verdict="")
    rows = rows.select_related("sheet__thread", "sheet__topic", "asked_by")
    return rows.order_by("-asked_at", "-pk")


_ASKED: CompiledQuery[SheetReview] = CompiledQuery(_asked, "person_id")


def reviews_of(viewer: Viewer, sheet: ExperienceSheet) -> QuerySet[SheetReview]:
    """The reviews of ``sheet`` that ``viewer`` sees, the latest first."""
    rows = SheetReview.objects.visible_to(viewer).filter(sheet=sheet)
    return rows.select_related("reviewer", "seat__organisation").order_by("-asked_at", "-pk")


def own_review(viewer: Viewer, sheet: ExperienceSheet) -> SheetReview | None:
    """The review of ``sheet`` that ``viewer`` is asked for, or wrote."""
    own = SheetReview.objects.visible_to(viewer).filter(reviewer=viewer.person_id or 0)
    return own.filter(sheet=sheet).first()


def is_of_elsewhere(person: User, sheet: ExperienceSheet) -> bool:
    """Whether ``person`` has a seat, and none in the sheet's organisation or territory."""
    seats = Seat.objects.representing().filter(person=person)
    return seats.exists() and not seats_near(seats, sheet).exists()


def seats_near(seats: QuerySet[Seat], sheet: ExperienceSheet) -> QuerySet[Seat]:
    """Those of ``seats`` in the organisation or the territory of ``sheet``."""
    nearby = seats.none()
    if sheet.seat:
        nearby |= seats.filter(organisation=sheet.seat.organisation_id)
    if sheet.territory_id:
        nearby |= seats.filter(organisation__territories=sheet.territory_id)
    return nearby
