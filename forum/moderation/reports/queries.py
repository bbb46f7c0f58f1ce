"""Queries of reports: those of one subject, and what an animator may read of it."""

from django.db.models import Count

from accounts.viewers.viewers import Viewer
from forum.models import Post, Thread
from forum.moderation.reports.models import Report


def reports_of_subject(report: Report, viewer: Viewer) -> list[Report]:
    """The open reports about what ``report`` is about, the oldest first; else itself alone."""
    if not report.is_open:
        return [report]
    rows = Report.objects.visible_to(viewer).open().filter(subject=report.subject)
    return list(rows.select_related("reason").order_by("pk"))


def report_for_page(viewer: Viewer, pk: int) -> Report:
    """The report ``pk``. Raise DoesNotExist where ``viewer`` may not see it."""
    rows = Report.objects.visible_to(viewer)
    related = ("reason", "person", "organisation", "decided_by", "measure__reason")
    return rows.select_related(*related).get(pk=pk)


def readable_place(report: Report, viewer: Viewer) -> Post | Thread | None:
    """The post or thread that is reported, with its thread, where ``viewer`` reads it now."""
    if report.post_id:
        posts = Post.objects.visible_to(viewer).select_related("thread__space")
        return posts.filter(pk=report.post_id).first()
    if report.thread_id:
        threads = Thread.objects.visible_to(viewer).select_related("space")
        return threads.filter(pk=report.thread_id).first()
    return None


def open_counts(viewer: Viewer, subjects: list[str]) -> dict[str, int]:
    """How many open reports there are about each of ``subjects``."""
    rows = Report.objects.visible_to(viewer).open().filter(subject__in=subjects).order_by()
    return dict(rows.values("subject").annotate(n=Count("pk")).values_list("subject", "n"))
