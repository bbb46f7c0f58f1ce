"""Break-glass access: a college's private spaces, read for a time by someone outside it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.rights_watch import RightsWatch


class BreakGlassAccessQuerySet(models.QuerySet["BreakGlassAccess"]):
    """Queries of accesses."""

    def current(self, at: datetime | None = None) -> Self:
        """Those open at ``at`` (now by default)."""
        at = at or timezone.now()
        return self.filter(opened_at__lte=at, closes_at__gt=at, closed_at=None)


class BreakGlassAccess(models.Model):
    """``person`` reads the private spaces of ``college`` until ``closes_at``, for ``reason``.

    ``closed_at``: when it was ended early. Rows are never deleted: the college's members see
    who had access, when and why.
    """

    college = models.ForeignKey(
        "accounts.College", models.PROTECT, related_name="break_glass_accesses"
    )
    person = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="break_glass_accesses"
    )
    reason = models.CharField(_("motif"), max_length=500)
    opened_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    #: The room of the college, where a query of the forum adds it.
    space_slug: str

    objects = BreakGlassAccessQuerySet.as_manager()
    inbox_watches = (InboxWatch("everybody"),)
    rights_watch = RightsWatch(("person", "college", "opened_at", "closes_at", "closed_at"))
    rights_moments = ("closes_at",)

    export_sections = (
        ExportSection(
            "rooms_opened", "person", "college__name reason opened_at closes_at closed_at"
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les ouvertures de la pièce d’un collège : qui, quand, motif"),
            _("En rendre compte à ce collège : intérêt légitime"),
            _("Autant que le collège"),
            position=11,
        ),
    )
    private_rows = False
    searched_texts = {"reason": "person"}
    export_labels = {
        "rooms_opened": _("Pièces que vous avez ouvertes"),
        "closes_at": _("Fin"),
        "closed_at": _("Fin"),
    }

    class Meta:
        verbose_name = _("ouverture")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["closes_at"], name="break_glass_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")), name="break_glass_has_an_end"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="break_glass_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.college}, {self.opened_at}"

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.closed_at is None and timezone.now() < self.closes_at

    @property
    def end(self) -> datetime:
        """When it ended, or will end."""
        return self.closed_at or self.closes_at
