"""The names of people who left, in what others wrote, among what waits for animators."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source
from forum.members.closing.names.queries import (
    SOURCE,
    phrases_in,
    waiting_passages,
    waiting_removals,
)


def _items(viewer, pks):
    return [
        ReviewItem(
            one.pk,
            one.created_at,
            _("Le nom d’un ancien membre, dans ce que d’autres ont écrit"),
            reverse("name-removal", args=[one.pk]),
            ", ".join(phrase.words for phrase in phrases_in(one)),
            is_quoted=True,
        )
        for one in waiting_removals(viewer).filter(pk__in=pks)
    ]


register_review_source(
    ReviewSource(
        SOURCE,
        gettext_lazy("Noms d’anciens membres"),
        "created_at",
        waiting_removals,
        _items,
        37,
        waiting_passages,
    )
)
