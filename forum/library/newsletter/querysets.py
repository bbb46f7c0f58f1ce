"""Which issues of the newsletter are shown, and which of their items to whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organisation
from forum.base import visibility
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.consultations.models import open_fields
from forum.conversation.meetings.models import coming_fields
from forum.conversation.polls.minutes.models import PollMinutes
from forum.library.sheets.models import ExperienceSheet
from forum.library.tools.models import ToolVersion

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.viewers.viewers import Rights, Viewer
    from forum.library.newsletter.models import (  # noqa: F401 (bases of querysets)
        NewsletterIssue,
        NewsletterItem,
    )


def shown_issues(viewer: Viewer | Rights, prefix: str = "", at: datetime | None = None) -> Q:
    """Those published by ``at``, now by default; to animators, all."""
    if viewer.is_animator:
        return Q()
    return Q((f"{prefix}published_at__lte", at or timezone.now()))


def shown_items(viewer: Viewer | Rights, prefix: str = "", at: datetime | None = None) -> Q:
    """What a shown issue names, where ``readable_items`` has it."""
    return readable_items(viewer, prefix, at) & shown_issues(viewer, f"{prefix}issue__", at)


def readable_items(viewer: Viewer | Rights, prefix: str = "", at: datetime | None = None) -> Q:
    """What the viewer sees by itself, whatever the issue; links in words, to members.

    An organisation is shown to all while it is in the network.
    """
    thread, tool, organisation = (
        f"{prefix}{name}" for name in ("thread", "tool", "organisation")
    )
    shown = Q((f"{thread}__isnull", False)) & visibility.threads(viewer, f"{thread}__")
    shown |= Q(Exists(_versions_of(viewer, tool)))
    shown |= Q((f"{organisation}__in", Organisation.objects.in_network(at)))
    if viewer.level >= visibility.AccessLevel.MEMBER:
        shown |= Q((thread, None), (tool, None), (organisation, None))
    return shown


class NewsletterIssueQuerySet(visibility.VisibleQuerySet["NewsletterIssue"]):
    """Issues, for readers."""

    rule = staticmethod(shown_issues)

    def published(self, at: datetime | None = None) -> Self:
        """Those that readers are shown, the latest first."""
        issues = self.filter(published_at__lte=at or timezone.now())
        return issues.order_by("-published_at", "-pk")


class NewsletterItemQuerySet(visibility.VisibleQuerySet["NewsletterItem"]):
    """Items of issues, for readers of what they name."""

    rule = staticmethod(shown_items)

    def with_display_fields(self, viewer: Viewer | Rights) -> Self:
        """In order, with what is shown of each.

        Of tools, sheets, consultations and meetings, what ``viewer`` sees.
        """
        latest = _versions_of(viewer, "tool").order_by("-pk")
        post = "file__post__"
        sheets = ExperienceSheet.objects.published_to(viewer).filter(thread=OuterRef("thread"))
        rounds = ConsentRound.objects.visible_to(viewer).decided()
        rounds = rounds.filter(thread=OuterRef("thread"))
        votes = PollMinutes.objects.visible_to(viewer)
        votes = votes.filter(poll__thread=OuterRef("thread"))
        where = Coalesce("territory__name", Value(""))
        annotations = {
            "round_outcome": Subquery(rounds.values("outcome")[:1]),
            "has_counted_vote": Exists(votes),
            "sheet_territory": Subquery(sheets.values_list(where)[:1]),
            "tool_title": Subquery(latest.values("title")[:1]),
            "tool_publisher": Subquery(latest.values(f"{post}seat__organisation__name")[:1]),
            "tool_mail_content": Subquery(
                latest.values(f"{post}thread__space__mail_content")[:1]
            ),
        }
        annotations |= open_fields(viewer) | coming_fields(viewer)
        items = self.annotate(**annotations)
        return items.select_related(
            "thread__space", "thread__topic", "thread__author", "thread__seat__organisation",
            "organisation__college",
        ).order_by("position", "pk")  # fmt: skip


def _versions_of(viewer: Viewer | Rights, tool: str) -> QuerySet[ToolVersion]:
    return ToolVersion.objects.visible_to(viewer).filter(file__tool=OuterRef(tool))
