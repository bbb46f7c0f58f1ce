"""The nightly audit of visibility."""

from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.schedules import scheduled
from forum.moderation.visibility_audit.actions import record_audit
from forum.moderation.visibility_audit.workspace import audit_apart


@scheduled(_("Contrôler que chacun ne voit que ce qu’il doit voir"), cron="15 4 * * *")
@task()
def audit_visibility() -> str:
    """Audit, keep what was found, and return it in short: pages asked and findings."""
    started_at = timezone.now()
    report = audit_apart("-v0")
    record_audit(started_at, report)
    return f"{len(report['findings'])}/{report['request_count']}"
