"""What the inbox says of reviews: those asked of one, and what was said of one's own."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.inbox.notification import (
    Notification,
    notification_source,
    waiting_source,
)
from forum.library.sheets.querysets import readable_sheets
from forum.library.sheets.reviews.models import SheetReview, SheetReviewQuerySet, Verdict

#: The newest.
_MAX_ROWS = 50


def _waiting(rights: Rights, person_id: int) -> SheetReviewQuerySet:
    asked = Q(reviewer=person_id, verdict="")
    rows = _read(rights, person_id).filter(asked | _to_publish(person_id))
    return rows.select_related("asked_by", "reviewer").order_by("-asked_at")[:_MAX_ROWS]


def _received(rights: Rights, person_id: int) -> SheetReviewQuerySet:
    rows = _read(rights, person_id).filter(asked_by=person_id).exclude(verdict="")
    rows = rows.exclude(_to_publish(person_id))
    return rows.select_related("reviewer").order_by("-answered_at")[:_MAX_ROWS]


def _to_publish(person_id: int) -> Q:
    """The approvals of drafts that the person began: they publish them."""
    return Q(
        asked_by=person_id, verdict=Verdict.APPROVED, sheet__author=person_id,
        sheet__thread=None,
    )  # fmt: skip


def _read(rights: Rights, person_id: int) -> SheetReviewQuerySet:
    viewer = Viewer(*rights, person_id=person_id)
    return SheetReview.objects.visible_to(viewer).filter(readable_sheets(viewer, "sheet__"))


_WAITING: CompiledQuery[SheetReview] = CompiledQuery(_waiting, "person_id")
_RECEIVED: CompiledQuery[SheetReview] = CompiledQuery(_received, "person_id")


@waiting_source(_WAITING)
def reviews_to_act_on(
    _person: User, _viewer: Viewer, rows: list[SheetReview]
) -> Iterator[Notification]:
    """The reviews that the person is asked for, and the drafts that others approved."""
    for row in rows:
        if row.verdict:
            yield _received_notification(row, is_waiting=True)
            continue
        text = _("%(who)s vous demande de relire une fiche d’expérience.")
        text %= {"who": row.asked_by.full_name}
        url = reverse("review-sheet", args=[row.pk])
        yield Notification(row.asked_at, text, url, is_waiting=True)


@notification_source(_RECEIVED)
def reviews_received(
    _person: User, _viewer: Viewer, rows: list[SheetReview]
) -> Iterator[Notification]:
    """The other reviews that the person asked for and that were written."""
    for row in rows:
        yield _received_notification(row)


def _received_notification(row: SheetReview, *, is_waiting: bool = False) -> Notification:
    """That ``row`` was written, on the page that has its words and publishes a draft."""
    if row.verdict == Verdict.APPROVED:
        text = _("%(who)s a relu votre fiche d’expérience : bonne pour publication.")
    else:
        text = _("%(who)s a relu votre fiche d’expérience : à revoir.")
    text %= {"who": row.reviewer.full_name}
    url = reverse("sheet-reviews", args=[row.sheet_id])
    assert row.answered_at is not None
    return Notification(row.answered_at, text, url, is_waiting, subject=row.pk)
