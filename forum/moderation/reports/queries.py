"""Queries of reports: those of one subject, and what an animator may read of it."""

from collections.abc import Iterable

from django.db.models import Count, Q

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.models import Thread
from forum.moderation.measures.models import Measure
from forum.moderation.reports.models import SUBJECT_KEYS, Report


def reports_of_subject(report: Report, viewer: Viewer) -> list[Report]:
    """The open reports about what ``report`` is about, the oldest first; else itself alone."""
    if not report.is_open:
        return [report]
    rows = Report.objects.visible_to(viewer).open().filter(subject=report.subject)
    return list(rows.select_related("reason").order_by("pk"))


def report_for_page(viewer: Viewer, pk: int) -> Report:
    """The report ``pk``. Raise DoesNotExist where ``viewer`` may not see it."""
    rows = Report.objects.visible_to(viewer)
    related = ("reason", "person", "organisation", "decided_by", "measure__reason", "appeal_of")
    return rows.select_related(*related).get(pk=pk)


def read_threads(viewer: Viewer, reports: Iterable[Report]) -> dict[int, Thread]:
    """``{id: thread}`` of the threads that ``reports`` are about and that ``viewer`` reads."""
    threads = Thread.objects.visible_to(viewer, visibility.threads_with_removed)
    return threads.in_bulk({report.thread_id for report in reports if report.thread_id})


def is_place_read(report: Report, viewer: Viewer) -> bool:
    """Whether ``viewer`` reads where it was written; so they do what is in no thread."""
    return report.thread_id is None or bool(read_threads(viewer, [report]))


def open_counts(viewer: Viewer, subjects: list[str]) -> dict[str, int]:
    """How many open reports there are about each of ``subjects``."""
    rows = Report.objects.visible_to(viewer).open().filter(subject__in=subjects).order_by()
    return dict(rows.values("subject").annotate(n=Count("pk")).values_list("subject", "n"))


def reports_about(measure: Measure) -> Q:
    """The reports of the very thing that ``measure`` is about: a post, a thread, a person…

    A thread is reported with the words of its first post, and goes with it. Whoever saw nothing
    at an address gave that alone: of these the condition is wider than what they mean
    (``subjects.is_address_of``).
    """
    of_thread = Q(thread=measure.thread_id, post=None)
    if post := measure.post:
        named = Q(post=post.pk) | of_thread if post.number == 1 else Q(post=post.pk)
    elif measure.thread_id:
        named = of_thread
    elif measure.organisation_id:
        named = Q(organisation=measure.organisation_id)
    else:
        named = Q(person=measure.person_id, post=None, thread=None, organisation=None)
    return named | Q(**dict.fromkeys(SUBJECT_KEYS))
