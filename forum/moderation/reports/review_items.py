"""The reports that wait for animators: one item for all that are about the same."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.base.text import excerpt, one_line
from accounts.review_queue.sources import Words, review_source
from accounts.viewers.viewers import Viewer
from forum.base.markup import own_text_of, render
from forum.moderation.reports.models import Report, ReportQuerySet
from forum.moderation.reports.queries import open_counts, read_threads

#: Characters of the reported text that the queue shows, and among which it looks for them.
_EXCERPT, _READ = 160, 4_000


def subject_label(report: Report) -> str:
    """What is reported, in a word or two, which says nothing of where it is."""
    return {
        "post": _("Message"),
        "thread": _("Fil"),
        "person": _("Fiche d’une personne"),
        "organisation": _("Page d’une organisation"),
    }.get(report.subject_kind, _("Page"))


def _waiting(viewer: Viewer, _at: datetime | None) -> ReportQuerySet:
    return Report.objects.visible_to(viewer).oldest_of_each_subject()


def _complete(viewer: Viewer, reports: list[Report]) -> None:
    counts = open_counts(viewer, [report.subject for report in reports])
    threads = read_threads(viewer, reports)
    for report in reports:
        report.open_count = counts[report.subject]
        report.read_thread = threads.get(report.thread_id or 0)


@review_source("signalements", gettext_lazy("Signalements"), _waiting, "created_at", 10,
               related=("reason", "person"), is_quoted=True, is_urgent=True,
               complete=_complete)  # fmt: skip
def report_item(report: Report) -> Words:
    """What is reported and why, and how often; whose it is and in which thread, if read."""
    values = {"what": subject_label(report), "why": report.reason_name}
    title, count = _("%(what)s : %(why)s") % values, report.open_count
    if count > 1:
        title += " · " + ngettext("%(n)d signalement", "%(n)d signalements", count) % {
            "n": count
        }
    if report.appeal_of_id:
        title += " · " + _("seconde lecture")
    text = one_line(own_text_of(render(report.reported_text[:_READ])) or report.text)
    place = []
    if thread := report.read_thread:
        place = [str(it) for it in (report.person, thread.title) if it]
    return title, report.get_absolute_url(), excerpt(text, _EXCERPT), place
