"""Who is asked to review a sheet, and what they said."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from forum.base import visibility
from forum.library.sheets.querysets import (
    readable_sheets,
    shown_sheets,
    written_sheets,
)

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


class Verdict(models.TextChoices):
    """What a reviewer says."""

    APPROVED = "approved", _("Relue, bonne à publier")
    REVISE = "revise", _("À revoir")


def shown_reviews(viewer: Viewer, prefix: str = "") -> Q:
    """One's own, those of the sheets one writes, and approvals of published ones.

    Who reviewed a sheet is not named to guests: nobody asks them when all come to read it.
    """
    sheet = f"{prefix}sheet__"
    written = written_sheets(viewer, sheet) & readable_sheets(viewer, sheet)
    own = Q((f"{prefix}reviewer", viewer.person_id or 0)) | written
    if not viewer.is_registered:
        return own
    return own | Q((f"{prefix}verdict", Verdict.APPROVED)) & shown_sheets(viewer, sheet)


class SheetReviewQuerySet(visibility.VisibleQuerySet["SheetReview"]):
    """Reviews: approvals by people who read the sheet, others by authors and the reviewer."""

    rule = staticmethod(partial(shown_reviews))


class SheetReview(Addressable):
    """``reviewer`` is asked by ``asked_by`` what they think of ``sheet``, and says so.

    ``verdict`` is empty until then; the ``remark`` is for the authors alone.
    """

    sheet = models.ForeignKey("forum.ExperienceSheet", models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sheet_reviews"
    )
    seat = models.ForeignKey("accounts.Seat", models.SET_NULL, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    remark = models.TextField(_("remarque"), max_length=3000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = SheetReviewQuerySet.as_manager()

    inbox_watches = (InboxWatch("reviewer asked_by"),)
    export_sections = (
        ExportSection(
            "sheet_reviews", "reviewer",
            "thread=sheet__thread draft=sheet verdict remark asked_at answered_at",
        ),
    )  # fmt: skip
    not_exported = {"asked_by": "an author of the sheet, who exports it"}
    privacy_notices = (
        PrivacyNotice(
            _("Vos relectures de fiches d’expérience"),
            _(
                "Dire aux lecteurs d’une fiche qui l’a relue, et aux auteurs vos remarques : "
                "contrat"
            ),  # fmt: skip
            _("Autant que la fiche ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )
    private_rows = True
    searched_texts = {"remark": "reviewer"}
    export_labels = {"sheet_reviews": _("Relectures que vous avez faites")}

    class Meta:
        verbose_name = _("relecture")
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "reviewer"], name="sheet_reviewed_once_by_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id}, {self.sheet_id}"
