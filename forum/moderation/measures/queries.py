"""Queries of measures, for their pages."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.models import Thread
from forum.conversation.threads.own_posts import may_read_text
from forum.moderation.measures.models import Measure

#: Measures of one person that a page shows.
_MAX_SHOWN = 50


def measure_for_page(viewer: Viewer, pk: int) -> Measure | None:
    """The measure with all that its page shows; None where ``viewer`` may not read it.

    ``is_own``: whether it concerns the viewer. ``shown_thread``: its thread, where the viewer
    sees that. ``shows_edit``, ``shows_text``: whether they may be shown the edit that it is
    about, and the text that its post has today: the person, animators who see where it is, and
    who is to decide about an appeal.
    """
    rows = Measure.objects.visible_to(viewer).select_related(
        "reason",
        "person",
        "organisation",
        "post",
        "taken_by",
        "ended_by",
        "appeal",
        "held_edit",
    )
    measure = rows.filter(pk=pk).first()
    if measure is None:
        return None
    seen = Thread.objects.visible_to(viewer).filter(Q(("pk", measure.thread_id)))
    measure.is_own = measure.person_id == viewer.person_id
    measure.shown_thread = seen.first()
    is_removed = measure.post is None or measure.post.deleted_at is not None
    may_read = measure.is_own or measure.shown_thread or _is_to_decide(measure, viewer)
    measure.shows_edit = bool(may_read) and not is_removed
    measure.shows_text = not is_removed and _may_read_post(measure, viewer)
    return measure


def _may_read_post(measure: Measure, viewer: Viewer) -> bool:
    """Whether ``viewer`` may read what the post says today, which others may have edited."""
    post, sees_thread = measure.post, measure.shown_thread is not None
    assert post is not None  # Of a removed one nobody asks.
    if post.withheld_move_id and post.author_id != viewer.person_id:
        return False
    if may_read_text(viewer, post, sees_thread=sees_thread):
        return True
    is_as_judged = post.edited_at is None or post.edited_at <= measure.starts_at
    return viewer.is_animator and (
        sees_thread or (is_as_judged and _is_to_decide(measure, viewer))
    )


def _is_to_decide(measure: Measure, viewer: Viewer) -> bool:
    """Whether the viewer is to decide about an appeal: they read what it is about."""
    appeal = getattr(measure, "appeal", None)
    is_open = appeal is not None and appeal.decided_at is None
    return is_open and viewer.is_animator and measure.taken_by_id != viewer.person_id


def hide_unread_reasons(viewer: Viewer, entries: Iterable[ModerationLogEntry]) -> None:
    """Take from ``entries`` about ``viewer``, in memory, reasons from where they do not read.

    Those of measures are theirs. Others were written for who read the thread then: it is seen,
    and has not changed its readers since.
    """
    threads = {entry.thread_id for entry in entries if entry.thread_id}
    seen = Thread.objects.visible_to(viewer).filter(pk__in=threads)
    moves = dict(seen.values_list("pk", "moved_at"))
    for entry in entries:
        if entry.thread_id is None or entry.measure_id is not None:
            continue
        moved_at = moves.get(entry.thread_id)
        if entry.thread_id not in moves or (moved_at and entry.at < moved_at):
            entry.reason = ""


def measures_about(viewer: Viewer, person: User) -> list[Measure]:
    """The last measures taken against ``person``, for them or whoever thinks of another."""
    rows = Measure.objects.visible_to(viewer).filter(person=person)
    return list(rows.select_related("reason")[:_MAX_SHOWN])
