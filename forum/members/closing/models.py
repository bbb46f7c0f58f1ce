"""The posts whose author wishes them deleted when their account is closed."""

from functools import partial

from django.db import models

from forum.base import visibility


class PostToDeleteQuerySet(visibility.VisibleQuerySet["PostToDelete"]):
    """Rows about posts, for their authors only."""

    rule = staticmethod(partial(visibility.own_posts, prefix="post__"))


class PostToDelete(models.Model):
    """The author of ``post`` has ticked it: its text goes with their account."""

    post = models.OneToOneField(
        "forum.Post", models.CASCADE, primary_key=True, related_name="+"
    )

    objects = PostToDeleteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.post_id}"
