"""The edits that wait, among what waits for animators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import Words, review_source
from forum.moderation.held_edits.queries import SOURCE, waiting_edits

if TYPE_CHECKING:
    from forum.conversation.threads.held_edits.models import HeldEdit


@review_source(
    SOURCE,
    _("Modifications à relire"),
    waiting_edits,
    "held_at",
    31,
    related=("author", "post__thread"),
    action_label=_("Relire"),
)
def edit_item(edit: HeldEdit) -> Words:
    """An edit, and whose it is."""
    detail = f"{edit.author.full_name}, {edit.get_part_display()}"
    return edit.post.thread.title, edit.get_absolute_url(), detail
