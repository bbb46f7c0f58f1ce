"""Which posts one may edit, as far as where they are says."""

from django.db.models import Q

from accounts.viewers.viewers import Rights, Viewer
from forum import visibility


def editable_posts(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The shown posts, and the viewer's own that a move withholds, in the threads they see."""
    person = getattr(viewer, "person_id", None) or 0
    own = Q((f"{prefix}author", person), (f"{prefix}withheld_move__isnull", False))
    own &= Q(
        *((f"{prefix}{column}", None) for column in ("hidden_at", "deleted_at", "held_at"))
    )
    return visibility.posts(viewer, prefix) | (
        visibility.threads(viewer, prefix=f"{prefix}thread__") & own
    )
