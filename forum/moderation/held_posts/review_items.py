"""The posts that wait, among what waits for animators."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source
from forum.moderation.held_posts.queries import SOURCE, waiting_posts


def _items(viewer, pks):
    posts = waiting_posts(viewer).filter(pk__in=pks)
    return [
        ReviewItem(
            post.pk,
            post.held_at,
            post.thread.title,
            reverse("held-post", args=[post.pk]),
            f"{post.author.full_name}, {post.get_held_for_display()}",
        )
        for post in posts.select_related("author", "thread")
    ]


register_review_source(
    ReviewSource(SOURCE, _("Messages à relire"), "held_at", waiting_posts, _items, 30)
)
