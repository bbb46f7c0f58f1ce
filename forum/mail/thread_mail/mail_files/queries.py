"""What was posted of a mail."""

from uuid import UUID

from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.models import Post


def post_of_mail(actor: Viewer, identity: UUID) -> Post | None:
    """The post of a mail of ``actor`` that a run, which was killed, left untold; or None."""
    posts = Post.objects.visible_to(actor, visibility.posts_with_tombstones)
    rows = posts.select_related("thread__space")
    return rows.filter(author_id=actor.person_id, idempotency_key=identity).first()
