"""The versions that authors ask to have blanked, among what waits for animators."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source
from forum.conversation.threads.revisions.queries import SOURCE, waiting_revisions


def _items(viewer, pks):
    rows = waiting_revisions(viewer).filter(pk__in=pks).select_related("author", "thread")
    return [
        ReviewItem(
            one.pk,
            one.asked_at,
            one.thread.title,
            reverse("blank-version", args=[one.pk]),
            f"{one.author} : {one.request_reason}",
            is_quoted=True,
        )
        for one in rows
    ]


register_review_source(
    ReviewSource(SOURCE, _("Versions à effacer"), "asked_at", waiting_revisions, _items, 35)
)
