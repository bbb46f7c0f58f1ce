"""Who proposes a sheet to the public. None asks the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.base.rules import may_moderate, require
from forum.library.sheets.rules import may_begin_sheet, require_may_begin

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.library.sheets.public_versions.models import PublicVersion


def may_propose(viewer: Viewer, *, is_written: bool) -> bool:
    """Whether ``viewer`` is an author of the published sheet, or an animator who reads it."""
    return (is_written or may_moderate(viewer)) and may_begin_sheet(viewer)


def require_may_propose(viewer: Viewer, *, is_written: bool) -> None:
    """Raise Refused unless ``viewer`` may propose the sheet to the public."""
    words = _("Ses auteurs, ou l’équipe d’animation, proposent une fiche au public.")
    require(is_written or may_moderate(viewer), words)
    require_may_begin(viewer)


def may_cancel(viewer: Viewer, version: PublicVersion) -> bool:
    """Whether ``viewer`` proposed the version, which waits, or is an animator."""
    is_own = viewer.person_id is not None and version.proposed_by_id == viewer.person_id
    return version.is_waiting and (is_own or may_moderate(viewer))
