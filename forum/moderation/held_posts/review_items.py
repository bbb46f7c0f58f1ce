"""The posts that wait, among what waits for animators."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import review_source
from forum.moderation.held_posts.queries import SOURCE, waiting_posts


@review_source(SOURCE, _("Messages à relire"), waiting_posts, "held_at", 30,
               related=("author", "thread"))  # fmt: skip
def post_item(post):
    """A post, whose it is and why it waits."""
    detail = f"{post.author.full_name}, {post.get_held_for_display()}"
    return post.thread.title, reverse("held-post", args=[post.pk]), detail
