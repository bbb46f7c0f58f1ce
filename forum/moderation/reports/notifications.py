"""What the inbox says of the reports that one made: received, decided."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, notification_source
from forum.moderation.reports.models import Report, ReportQuerySet

_MAX_ROWS = 100


def _own(person_id: int) -> ReportQuerySet:
    rows = Report.objects.filter(reporter=person_id).order_by("-created_at")
    return rows.only("token", "created_at", "decided_at")[:_MAX_ROWS]


_OWN: CompiledQuery[Report] = CompiledQuery(_own, "person_id")


@notification_source(_OWN)
def own_reports(
    _person: User, _viewer: Viewer, reports: list[Report]
) -> Iterator[Notification]:
    """The person's newest reports, when they were received and when they were decided."""
    for report in reports:
        url = reverse("report-status", args=[report.token])
        yield Notification(
            report.created_at, _("Votre signalement est reçu."), url, channel=Channel.DIGEST
        )
        if report.decided_at:
            text = _("L’équipe d’animation répond à votre signalement.")
            yield Notification(report.decided_at, text, url, channel=Channel.DIGEST)
