"""Who has a former version blanked. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forum.base.rules import may_moderate

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.threads.revisions.models import Revision


def may_ask_to_blank(viewer: Viewer, revision: Revision) -> bool:
    """Whether ``viewer`` may ask to blank ``revision``: its author, while it is there."""
    is_own = viewer.is_registered and revision.author_id == viewer.person_id
    return is_own and revision.blanked_at is None


def may_decide(viewer: Viewer, revision: Revision) -> bool:
    """Whether ``viewer`` may blank ``revision`` or refuse to: animators, but of their own."""
    is_own = revision.author_id == viewer.person_id
    return may_moderate(viewer) and not is_own and revision.blanked_at is None
