"""The posts that wait, among what waits for animators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import Words, review_source
from forum.moderation.held_posts.queries import SOURCE, waiting_posts

if TYPE_CHECKING:
    from forum.conversation.threads.models import Post


@review_source(
    SOURCE,
    _("Messages à relire"),
    waiting_posts,
    "held_at",
    30,
    related=("author", "thread"),
    action_label=_("Relire"),
)
def post_item(post: Post) -> Words:
    """A post, whose it is and why it waits."""
    detail = f"{post.author.full_name}, {post.get_held_for_display()}"
    return post.thread.title, reverse("held-post", args=[post.pk]), detail
