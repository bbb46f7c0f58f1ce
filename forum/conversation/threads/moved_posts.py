"""What stays where posts were that were moved to another thread."""

from django.db import models
from django.db.models import Q


class Mergeable(models.Model):
    """A thread that may be merged into another, ``merged_into``; it is removed then.

    Where that one is merged in its turn, a trigger of ``move_triggers.py`` leads on from here.
    """

    merged_into = models.ForeignKey(
        "forum.Thread", models.SET_NULL, null=True, blank=True, editable=False,
        related_name="merged_threads", db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


class Movable(models.Model):
    """A post, or, in the place of one that was moved to another thread, what leads to it.

    Such a placeholder has the number of ``moved_to`` there, no text, and counts as deleted.
    """

    moved_to = models.ForeignKey(
        "forum.Post", models.SET_NULL, null=True, blank=True, editable=False,
        related_name="placeholders", db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


#: Threads that were merged into another.
MERGED = Q(merged_into__isnull=False)
#: What stands in the place of posts that were moved.
PLACEHOLDER = Q(moved_to__isnull=False)
#: The indexes by which these are found, of a post and of an author.
PLACEHOLDER_INDEXES = (
    models.Index("moved_to", condition=PLACEHOLDER, name="post_placeholder"),
    models.Index("author", condition=PLACEHOLDER, name="post_moved"),
)
