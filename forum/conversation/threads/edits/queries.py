"""Which posts one may edit, as far as where they are says."""

from django.db.models import Q

from accounts.viewers.viewers import Rights, Viewer
from forum.base import visibility
from forum.conversation.threads.holds import own_withheld


def editable_posts(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The shown posts, and the viewer's own that a move withholds, in the threads they see."""
    own = own_withheld(getattr(viewer, "person_id", None), prefix)
    return visibility.posts(viewer, prefix) | (
        visibility.threads(viewer, prefix=f"{prefix}thread__") & own
    )
