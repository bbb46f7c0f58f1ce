"""The log of moderation as animators read it."""

from django.db.models import Q, QuerySet

from accounts.base.text import fold
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.viewers.viewers import Viewer
from forum.conversation.tags.models import Tag
from forum.conversation.tags.queries import tags_by_id
from forum.conversation.threads.merged_threads import threads_by_former_id
from forum.conversation.threads.models import Thread
from forum.moderation.reports.models import Report


def log_entries(
    viewer: Viewer, action: str = "", name: str = ""
) -> QuerySet[ModerationLogEntry]:
    """The lines of the log, the newest first: of this ``action``, and of who is so called.

    ``name`` is of who did it, or of whom it concerns: a person or an organisation. Without
    those of reports about ``viewer`` that led to nothing: they do not learn of these.
    """
    own = Report.objects.filter(person=viewer.person_id).values("pk")
    rows = ModerationLogEntry.objects.exclude(report_id__in=own, measure_id=None)
    rows = rows.select_related("actor", "person", "organisation")
    if action in LoggedAction.values:
        rows = rows.filter(action=action)
    if words := fold(name):
        paths = "actor", "person", "organisation"
        conditions = (Q((f"{path}__folded_name__contains", words)) for path in paths)
        rows = rows.filter(Q(*conditions, _connector=Q.OR))
    return rows


def with_visible_subjects(
    viewer: Viewer, entries: list[ModerationLogEntry]
) -> list[tuple[ModerationLogEntry, Thread | None, Tag | None]]:
    """Each entry with its thread and its tag, None where ``viewer`` does not see that.

    In place of a thread that was merged stands the one that it was merged into.
    """
    pks = {entry.thread_id for entry in entries if entry.thread_id}
    threads = threads_by_former_id(viewer, pks)
    tag_pks = {entry.tag_id for entry in entries if entry.tag_id}
    tags = tags_by_id(viewer, tag_pks) if tag_pks else {}
    return [
        (entry, threads.get(entry.thread_id or 0), tags.get(entry.tag_id or 0))
        for entry in entries
    ]
