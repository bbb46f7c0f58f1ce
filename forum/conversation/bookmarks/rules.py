"""Who keeps posts. No function here asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


def may_bookmark(viewer: Viewer) -> bool:
    """Whoever has an account keeps what they read, silenced or not: nobody else reads it."""
    return viewer.is_registered
