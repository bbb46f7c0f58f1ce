"""The seats that wait for animators."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Seat
from accounts.review_queue.sources import (
    ReviewItem,
    ReviewSource,
    register_review_source,
)


def _waiting(viewer, at):
    """Those of others: nobody confirms their own."""
    return Seat.objects.pending(at).exclude(person=viewer.person_id)


def _items(viewer, pks):
    seats = _waiting(viewer, None).filter(pk__in=pks)
    return [
        ReviewItem(
            seat.pk,
            seat.started_at,
            seat.person.full_name,
            f"{reverse('organisation-seats', args=[seat.organisation.slug])}#siege-{seat.pk}",
            f"{seat.position}, {seat.organisation}",
            is_quoted=True,
        )
        for seat in seats.select_related("person", "organisation")
    ]


register_review_source(
    ReviewSource("sieges", _("Sièges à confirmer"), "started_at", _waiting, _items, 40)
)
