"""Calls for a reviewer, and who is notified of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.models import Seat
from forum.base import visibility
from forum.base.writers import has_words_of
from forum.library.sheets.querysets import (
    readable_sheets,
    shown_sheets,
    with_visible_sources,
    written_sheets,
)

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer

#: How long a call is open at most.
CALL_PERIOD = timedelta(days=30)


def takeable_calls(viewer: Viewer, prefix: str = "", at: datetime | None = None) -> Q:
    """Those that a member may take, as they might be asked by name, open or ended.

    Of sheets of another organisation and territory, that have no words of theirs and that they
    do not review. They read the thread that the sheet heads, the one that it is drawn from, and
    the space that a draft is written for.
    """
    if not viewer.is_member or viewer.person_id is None:
        return Q((f"{prefix}pk__in", []))
    sheet = f"{prefix}sheet__"
    reviews = apps.get_model("forum", "SheetReview").objects.filter(reviewer=viewer.person_id)
    is_reviewed = Q(Exists(reviews.filter(sheet=OuterRef(f"{prefix}sheet"))))
    own = has_words_of(viewer, "ExperienceSheet", sheet) | is_reviewed
    seats = Seat.objects.representing(at).filter(person=viewer.person_id)
    nearby = Q(Exists(seats.filter(organisation=OuterRef(f"{sheet}seat__organisation"))))
    nearby |= Q(Exists(seats.filter(organisation__territories=OuterRef(f"{sheet}territory"))))
    is_read = Q((f"{sheet}thread", None)) | shown_sheets(viewer, sheet)
    is_read &= with_visible_sources(viewer, sheet)
    return Q(Exists(seats)) & ~own & ~nearby & is_read


def open_calls(prefix: str = "", at: datetime | None = None) -> Q:
    """Those that nobody took or closed, in their thirty days, of an active author."""
    is_new = Q((f"{prefix}ended_at", None), (f"{prefix}ends_at__gt", at or timezone.now()))
    return is_new & Q((f"{prefix}opened_by__is_active", True))


def own_calls(viewer: Viewer, prefix: str = "") -> Q:
    """Those of the sheets that the viewer writes, and reads."""
    sheet = f"{prefix}sheet__"
    return written_sheets(viewer, sheet) & readable_sheets(viewer, sheet)


def shown_calls(viewer: Viewer, prefix: str = "") -> Q:
    """Those of the sheets that the viewer writes, that they took, and that they may take."""
    taken = Q((f"{prefix}taken_by", viewer.person_id or 0))
    taken &= readable_sheets(viewer, f"{prefix}sheet__")
    return own_calls(viewer, prefix) | taken | takeable_calls(viewer, prefix)


class ReviewCallQuerySet(visibility.VisibleQuerySet["ReviewCall"]):
    """Calls: ``visible_to`` gives them to who may take them, and to the authors."""

    rule = staticmethod(partial(shown_calls))

    def takeable_by(self, viewer: Viewer, at: datetime | None = None) -> Self:
        """The open ones that ``viewer`` may take."""
        return self.open(at).visible_to(viewer, partial(takeable_calls, at=at))

    def open(self, at: datetime | None = None) -> Self:
        """Those that may be taken yet."""
        return self.filter(open_calls(at=at))


class ReviewCall(Addressable):
    """``opened_by`` looks for a reviewer of ``sheet``, whoever it is.

    It is open until somebody takes it, who then is a reviewer of the sheet, until its author
    closes it, or until ``ends_at``. A sheet has one at a time. ``ended_at``: when it was known
    to have ended.
    """

    sheet = models.ForeignKey(
        "forum.ExperienceSheet", models.CASCADE, related_name="review_calls"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="review_calls"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    #: How many are notified: of the call that a sheet shows.
    recipient_count: int
    #: Whether the viewer writes its sheet: of the page of a call.
    is_written: bool

    objects = ReviewCallQuerySet.as_manager()

    inbox_watches = (InboxWatch("opened_by recipients__person"),)
    export_sections = (
        ExportSection("review_calls", "opened_by", "draft=sheet opened_at ended_at"),
    )
    not_exported = {"taken_by": "a reviewer of the sheet, who exports the review"}
    export_labels = {"review_calls": _("Relectures que vous avez demandées")}

    class Meta:
        verbose_name = _("appel à relecture")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(ended_at=None), name="one_open_review_call"
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None) | Q(ended_at__isnull=False),
                name="taken_review_call_has_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-opened_at"], condition=Q(ended_at=None), name="open_review_calls"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}, {self.opened_by_id}"

    @property
    def is_open(self) -> bool:
        """Whether it may still be taken. In SQL: ``open_calls``."""
        is_new = self.ended_at is None and self.ends_at > timezone.now()
        return is_new and self.opened_by.is_active


def shown_recipients(viewer: Viewer, prefix: str = "", at: datetime | None = None) -> Q:
    """One's own, of open calls that one may take."""
    own = Q((f"{prefix}person", viewer.person_id or 0)) & open_calls(f"{prefix}call__", at)
    return own & takeable_calls(viewer, f"{prefix}call__", at)


class ReviewCallRecipientQuerySet(visibility.VisibleQuerySet["ReviewCallRecipient"]):
    """Who is notified of which call, each seen by themselves."""

    rule = staticmethod(partial(shown_recipients))


class ReviewCallRecipient(models.Model):
    """``person``, who knows the topic, is notified of ``call``."""

    call = models.ForeignKey(ReviewCall, models.CASCADE, related_name="recipients")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    notified_at = models.DateTimeField(default=timezone.now)

    objects = ReviewCallRecipientQuerySet.as_manager()

    inbox_watches = (InboxWatch("person"),)
    export_sections = (ExportSection("review_calls_received", "person", "notified_at"),)
    privacy_notices = (
        PrivacyNotice(
            _("Les appels à relecture dont vous êtes prévenu"),
            _("Trouver qui relit une fiche, sans écrire trop souvent aux mêmes : contrat"),
            _("Trente jours après la fin de l’appel"),
            position=7,
        ),
    )
    export_labels = {"review_calls_received": _("Relectures qui vous sont demandées")}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "person"], name="notified_once_of_a_call")
        ]
        indexes = [
            models.Index(fields=["person", "notified_at"], name="call_recipient_by_date")
        ]

    def __str__(self) -> str:
        return f"{self.call_id} → {self.person_id}"
