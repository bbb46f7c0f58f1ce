"""The edits that wait, among what waits for animators."""

from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import review_source
from forum.moderation.held_edits.queries import SOURCE, waiting_edits


@review_source(SOURCE, _("Modifications à relire"), waiting_edits, "held_at", 31,
               related=("author", "post__thread"))  # fmt: skip
def edit_item(edit):
    """An edit, and whose it is."""
    detail = f"{edit.author.full_name}, {edit.get_part_display()}"
    return edit.post.thread.title, edit.get_absolute_url(), detail
