"""The edits that wait, among what waits for animators."""

from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source
from forum.moderation.held_edits.queries import SOURCE, waiting_edits


def _items(viewer, pks):
    edits = waiting_edits(viewer).filter(pk__in=pks).select_related("author", "post__thread")
    return [
        ReviewItem(
            edit.pk,
            edit.held_at,
            edit.post.thread.title,
            edit.get_absolute_url(),
            f"{edit.author.full_name}, {edit.get_part_display()}",
        )
        for edit in edits
    ]


register_review_source(
    ReviewSource(SOURCE, _("Modifications à relire"), "held_at", waiting_edits, _items, 31)
)
