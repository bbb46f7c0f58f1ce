"""Acts by which posts of one thread came into another, to tell their authors."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection
from accounts.base.inbox_watch import InboxWatch
from forum.base import visibility
from forum.conversation.threads.models import Post

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer


def _own_placeholders(viewer: Viewer, prefix: str = "") -> Q:
    """What stands in the place of posts that the viewer wrote."""
    return Q((f"{prefix}author", viewer.person_id or 0), (f"{prefix}moved_to__isnull", False))


class PostMoveQuerySet(visibility.VisibleQuerySet["PostMove"]):
    """Moves of posts, for readers of the thread that they came into."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))

    def of_own_posts(self, viewer: Viewer) -> PostMoveQuerySet:
        """Those of posts that the viewer wrote."""
        own = Post.objects.visible_to(viewer, _own_placeholders)
        of_move = {"thread": OuterRef("from_thread"), "deleted_at": OuterRef("moved_at")}
        return self.filter(Exists(own.filter(**of_move)))


class PostMove(models.Model):
    """Posts of ``from_thread`` were moved to ``thread``, at one moment, for ``reason``.

    All that are not deleted where it was merged. Which they are, the placeholders say that
    were left in ``from_thread`` at that moment. ``title``: its own then.
    """

    from_thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="post_moves")
    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    reason = models.CharField(max_length=300, blank=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="post_moves"
    )
    moved_at = models.DateTimeField(default=timezone.now)

    #: Whether the person may read its title: of notifications.
    knows_title: bool

    objects = PostMoveQuerySet.as_manager()
    inbox_watches = (
        InboxWatch(
            select="SELECT author_id AS recipient_id FROM forum_post WHERE"
            " moved_to_id IS NOT NULL AND thread_id = NEW.from_thread_id"
            " AND deleted_at = NEW.moved_at"
        ),
    )
    export_sections = (ExportSection("post_moves", "moved_by", "title thread reason moved_at"),)
    searched_texts = {"reason": "moved_by"}
    export_labels = {"post_moves": _("Messages que vous avez déplacés dans un autre fil")}

    def __str__(self) -> str:
        return f"{self.from_thread_id} → {self.thread_id}"
