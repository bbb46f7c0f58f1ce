"""Second factors of colleagues, among what waits for animators."""

from django.utils.translation import gettext_lazy as _

from accounts.factor_waits.queries import waiting_factors
from accounts.review_queue.sources import ReviewItem, ReviewSource, register_review_source


def _items(viewer, pks):
    waits = waiting_factors(viewer).filter(pk__in=pks).select_related("person")
    return [
        ReviewItem(wait.pk, wait.started_at, wait.person.full_name, wait.get_absolute_url())
        for wait in waits
    ]


register_review_source(
    ReviewSource(
        "protections", _("Doubles protections à confirmer"), "started_at", waiting_factors,
        _items, 45,
    )
)  # fmt: skip
