"""Queries of measures, for their pages."""

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.moderation.measures.models import Measure
from forum.threads.models import Thread


def measure_for_page(viewer: Viewer, pk: int) -> Measure | None:
    """The measure with all that its page shows; None where ``viewer`` may not read it.

    ``is_own``: whether it concerns the viewer. ``shown_thread``: its thread, where the viewer
    sees that. ``shows_text``: whether they may be shown the text of its post: its author, and
    who sees where it is.
    """
    rows = Measure.objects.visible_to(viewer).select_related(
        "reason", "person", "organisation", "post", "taken_by", "ended_by"
    )
    measure = rows.filter(pk=pk).first()
    if measure is None:
        return None
    seen = Thread.objects.visible_to(viewer).filter(pk=measure.thread_id)
    measure.is_own = measure.person_id == viewer.person_id
    measure.shown_thread = seen.first()
    is_removed = measure.post is None or measure.post.deleted_at is not None
    measure.shows_text = not is_removed and (measure.is_own or bool(measure.shown_thread))
    return measure


def measures_about(viewer: Viewer, person: User) -> list[Measure]:
    """The last measures taken against ``person``, for whoever thinks of another."""
    rows = Measure.objects.visible_to(viewer).filter(person=person)
    return list(rows.select_related("reason")[:10])
