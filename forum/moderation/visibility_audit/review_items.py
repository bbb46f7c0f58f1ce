"""The audits that found something, which wait for an animator to say that they have seen it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from accounts.review_queue.sources import (
    ReviewItem,
    ReviewSource,
    register_review_source,
)
from forum.moderation.visibility_audit.models import VisibilityAudit


def _audits(_viewer, _at):
    return VisibilityAudit.objects.unacknowledged()


def _audit_items(viewer, pks):
    return [
        ReviewItem(one.pk, one.ended_at, _title(one), reverse("visibility-audits"))
        for one in _audits(viewer, None).filter(pk__in=pks)
    ]


def _title(audit):
    words = ngettext(
        "Le contrôle des accès a trouvé %(n)d anomalie",
        "Le contrôle des accès a trouvé %(n)d anomalies",
        audit.finding_count,
    )
    return words % {"n": audit.finding_count}


register_review_source(
    ReviewSource(
        "controles",
        gettext_lazy("Contrôle des accès"),
        "ended_at",
        _audits,
        _audit_items,
        5,
    )
)
