"""The drafts of the newsletter that wait for animators: to be looked at, or to be let out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.review_queue.sources import review_source
from forum.library.newsletter.queries import unreviewed_issues

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.review_queue.sources import Words
    from accounts.viewers.viewers import Viewer
    from forum.library.newsletter.models import NewsletterIssue


def _issues(viewer: Viewer, _at: datetime | None) -> QuerySet[NewsletterIssue]:
    return unreviewed_issues(viewer)


@review_source(
    "semaine",
    gettext_lazy("La semaine du réseau"),
    _issues,
    "gathered_at",
    80,
    action_label=gettext_lazy("Relire"),
)
def issue_item(issue: NewsletterIssue) -> Words:
    """A draft, and what becomes of it."""
    url = reverse("edit-newsletter-issue", args=[issue.slug])
    if issue.awaits_decision:
        detail = _("Quelqu’un y a écrit : elle ne paraît que si l’un de vous le choisit.")
        return _("La semaine du réseau attend d’être publiée"), url, detail
    detail = _("Sans vous, elle paraît le lundi telle que le site la propose.")
    return _("La semaine du réseau est à relire"), url, detail
