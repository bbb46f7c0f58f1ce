"""The audits that found something, which wait for an animator to say that they have seen it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from accounts.review_queue.sources import Words, review_source
from accounts.viewers.viewers import Viewer
from forum.moderation.visibility_audit.models import VisibilityAudit, VisibilityAuditQuerySet


def _audits(_viewer: Viewer, _at: datetime | None) -> VisibilityAuditQuerySet:
    return VisibilityAudit.objects.unacknowledged()


@review_source(
    "controles",
    gettext_lazy("Contrôle des accès"),
    _audits,
    "ended_at",
    5,
    action_label=gettext_lazy("Lire"),
)
def audit_item(audit: VisibilityAudit) -> Words:
    """An audit, and how much it found."""
    words = ngettext(
        "Le contrôle des accès a trouvé %(n)d anomalie",
        "Le contrôle des accès a trouvé %(n)d anomalies",
        audit.finding_count,
    )
    return words % {"n": audit.finding_count}, reverse("visibility-audits")
