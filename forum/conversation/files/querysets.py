"""Who sees which files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from forum.base import visibility

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.files.models import StoredFile  # noqa: F401 (bases of querysets)


def files(viewer: Viewer, prefix: str = "") -> Q:
    """The files of posts whose text the viewer may read, and their own that no post has yet.

    Also those of drafts of sheets that they write or review.

    So animators read those of hidden posts, and of those that wait; authors all that they sent
    with their posts, whatever they read today.
    """
    post = f"{prefix}post__"
    readable = visibility.posts(viewer, post) | visibility.hidden_posts(viewer, post)
    own = Q((f"{prefix}owner", viewer.person_id or 0))
    readable |= own & visibility.own_posts(viewer, post)
    if viewer.is_animator:
        held = Q((f"{post}held_at__isnull", False), (f"{post}deleted_at", None))
        readable |= held & visibility.spaces(viewer, prefix=f"{post}thread__space__")
    has_post = Q((f"{prefix}post__isnull", False))
    return has_post & readable | own_drafts(viewer, prefix) | of_sheet_drafts(viewer, prefix)


def own_drafts(viewer: Viewer, prefix: str = "") -> Q:
    """The viewer's own files that no post has yet."""
    return Q((f"{prefix}post", None), (f"{prefix}owner", viewer.person_id or 0))


def of_sheet_drafts(viewer: Viewer, prefix: str = "") -> Q:
    """The files of the drafts of sheets that the viewer writes or reviews."""
    sheets = apps.get_model("forum", "ExperienceSheet").objects.visible_to(viewer)
    drafts = sheets.filter(pk=OuterRef(f"{prefix}sheet"), thread=None)
    return Q((f"{prefix}post", None)) & Q(Exists(drafts))


class StoredFileQuerySet(visibility.VisibleQuerySet["StoredFile"]):
    """Files, seen where the text of their posts is."""

    rule = staticmethod(files)
