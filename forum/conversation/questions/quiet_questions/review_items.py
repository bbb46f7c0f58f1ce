"""The questions that nobody answers, among what waits for animators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import review_source
from forum.conversation.questions.quiet_questions.queries import waiting_questions

if TYPE_CHECKING:
    from accounts.review_queue.sources import Words
    from forum.conversation.threads.models import Thread


@review_source(
    "questions",
    _("Questions sans réponse"),
    waiting_questions,
    "last_posted_at",
    70,
    related=("seat__organisation", "author"),
    is_quoted=True,
    action_label=_("Lire"),
)
def question_item(thread: Thread) -> Words:
    """A question, and who asks it."""
    asker = thread.seat.organisation if thread.seat else thread.author
    return thread.title, thread.get_absolute_url(), str(asker)
