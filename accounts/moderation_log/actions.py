"""Writing the log of moderation."""

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry


def record_action(
    action: LoggedAction,
    actor_id: int | None,
    *,
    person_id: int | None = None,
    organisation_id: int | None = None,
    thread_id: int | None = None,
    post_id: int | None = None,
    report_id: int | None = None,
    measure_id: int | None = None,
    tag_id: int | None = None,
    reason: str = "",
) -> ModerationLogEntry:
    """Note that ``actor_id`` did ``action``, in the action's own transaction; return the entry.

    ``actor_id`` is None where the site acted by itself. ``person_id`` and ``organisation_id``
    are those whom it concerns.
    """
    return ModerationLogEntry.objects.create(
        action=action,
        actor_id=actor_id,
        person_id=person_id,
        organisation_id=organisation_id,
        thread_id=thread_id,
        post_id=post_id,
        report_id=report_id,
        measure_id=measure_id,
        tag_id=tag_id,
        reason=reason,
    )
