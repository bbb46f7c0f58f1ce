"""What audits of visibility found."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable


class VisibilityAuditQuerySet(models.QuerySet["VisibilityAudit"]):
    """Queries of audits."""

    def unacknowledged(self) -> Self:
        """Those that found something, which no animator has said to have seen."""
        return self.filter(finding_count__gt=0, acknowledged_at=None)


class VisibilityAudit(Addressable):
    """An audit: canaries were put into every private place, and every page asked as every role.

    ``request_count``: pages asked. ``findings``: what was wrong, ``finding_count`` in all,
    ``[{"role": …, "surface": …, "canary": …, "what": …}]``, of which the first MAX_FINDINGS are
    kept. Of canaries it says the place, never what people wrote there. ``acknowledged_at``:
    when an animator said that they had seen what was found.
    """

    MAX_FINDINGS = 200

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(default=timezone.now)
    request_count = models.PositiveIntegerField()
    finding_count = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects = VisibilityAuditQuerySet.as_manager()

    inbox_watches = (InboxWatch("animators"),)

    class Meta:
        verbose_name = _("contrôle des accès")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}: {self.finding_count}/{self.request_count}"
