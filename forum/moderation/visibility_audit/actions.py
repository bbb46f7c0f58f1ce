"""Recording audits of visibility, acknowledging what they found, and forgetting old ones."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.base.locks import lock_row
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from forum.moderation.visibility_audit.models import VisibilityAudit


def record_audit(started_at: datetime, report: dict[str, Any]) -> VisibilityAudit:
    """Keep what an audit found (``AuditReport.as_json``); return it.

    Older ones go after FORUM_RETENTION days.
    """
    days = settings.FORUM_RETENTION["visibility_audits"]
    VisibilityAudit.objects.filter(ended_at__lt=timezone.now() - timedelta(days=days)).delete()
    return VisibilityAudit.objects.create(
        started_at=started_at,
        request_count=report["request_count"],
        finding_count=len(report["findings"]),
        findings=report["findings"][: VisibilityAudit.MAX_FINDINGS],
    )


@transaction.atomic(durable=True)
def acknowledge_audit(audit: VisibilityAudit, animator: User) -> VisibilityAudit:
    """Note, and log, that ``animator`` has seen what ``audit`` found; return it.

    Raise PermissionDenied unless they are an animator.
    """
    audit = lock_row(VisibilityAudit, audit.pk)
    require_animator(animator)
    if audit.acknowledged_at is None:
        audit.acknowledged_at = timezone.now()
        audit.save(update_fields=["acknowledged_at"])
        record_action(LoggedAction.ACKNOWLEDGE_AUDIT, animator.pk, reason=str(audit))
    return audit
