"""The questions that nobody answers, among what waits for animators."""

from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source
from forum.conversation.questions.quiet_questions.queries import waiting_questions


def _items(viewer, pks):
    rows = waiting_questions(viewer, None).filter(pk__in=pks)
    return [
        ReviewItem(
            one.pk,
            one.last_posted_at,
            one.title,
            one.get_absolute_url(),
            str(one.seat.organisation if one.seat else one.author),
            is_quoted=True,
        )
        for one in rows.select_related("seat__organisation", "author")
    ]


register_review_source(
    ReviewSource(
        "questions",
        _("Questions sans réponse"),
        "last_posted_at",
        waiting_questions,
        _items,
        70,
    )
)
