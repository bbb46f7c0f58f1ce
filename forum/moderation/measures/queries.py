"""Queries of measures, for their pages."""

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.threads.models import Thread
from forum.moderation.measures.models import Measure

#: Measures of one person that a page shows.
_MAX_SHOWN = 50


def measure_for_page(viewer: Viewer, pk: int) -> Measure | None:
    """The measure with all that its page shows; None where ``viewer`` may not read it.

    ``is_own``: whether it concerns the viewer. ``shown_thread``: its thread, where the viewer
    sees that. ``shows_text``: whether they may be shown the text of its post: its author, who
    sees where it is, and who is to decide about an appeal.
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
    seen = Thread.objects.visible_to(viewer).filter(pk=measure.thread_id)
    measure.is_own = measure.person_id == viewer.person_id
    measure.shown_thread = seen.first()
    is_removed = measure.post is None or measure.post.deleted_at is not None
    may_read = measure.is_own or measure.shown_thread or _is_to_decide(measure, viewer)
    measure.shows_text = bool(may_read) and not is_removed
    return measure


def _is_to_decide(measure, viewer):
    """Whether the viewer is to decide about an appeal: they read what it is about."""
    appeal = getattr(measure, "appeal", None)
    is_open = appeal is not None and appeal.decided_at is None
    return is_open and viewer.is_animator and measure.taken_by_id != viewer.person_id


def measures_about(viewer: Viewer, person: User) -> list[Measure]:
    """The last measures taken against ``person``, for them or whoever thinks of another."""
    rows = Measure.objects.visible_to(viewer).filter(person=person)
    return list(rows.select_related("reason")[:_MAX_SHOWN])
