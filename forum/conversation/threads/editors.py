"""Who edits a post: its author, or, of a wiki post, whoever may reply in its thread."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.base.data_export import ExportSection


class Editable(models.Model):
    """A post with its ``version`` of today, which stands since ``edited_at``.

    ``is_wiki``: whether all who may reply in its thread edit it, which its author says.
    ``edited_by``: who wrote that version, where that is not the author.
    """

    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    is_wiki = models.BooleanField(default=False, db_default=False, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="edited_posts", db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


#: Posts of which somebody else wrote the version of today.
EDITED_BY_OTHER = Q(edited_by__isnull=False)
#: What a post shows of who edited it.
EDITOR_FIELDS = ("edited_by__full_name",)
#: The indexes by which these are found, of an author and of an editor.
EDITOR_INDEXES = (
    models.Index("author", condition=EDITED_BY_OTHER, name="post_edited_by_other"),
    models.Index("edited_by", condition=EDITED_BY_OTHER, name="post_by_editor"),
)
#: What an editor takes along.
EDITED_POSTS = ExportSection(
    "edited_posts",
    "edited_by",
    "thread number text edited_at",
    condition=Q(deleted_at=None),
    order_by="-edited_at",
)
