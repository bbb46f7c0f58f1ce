"""The seats that wait for animators."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Seat
from accounts.review_queue.sources import review_source

if TYPE_CHECKING:
    from accounts.organisations.querysets import SeatQuerySet
    from accounts.viewers.viewers import Viewer


def _waiting(viewer: Viewer, at: datetime) -> SeatQuerySet:
    """Those of others: nobody confirms their own."""
    return Seat.objects.pending(at).exclude(person=viewer.person_id)


@review_source(
    "sieges",
    _("Sièges à confirmer"),
    _waiting,
    "started_at",
    40,
    related=("person", "organisation"),
    is_quoted=True,
    action_label=_("Vérifier"),
)
def seat_item(seat: Seat) -> tuple[str, str, str]:
    """A seat, and what its person says that they are there."""
    url = f"{reverse('organisation-seats', args=[seat.organisation.slug])}#siege-{seat.pk}"
    return seat.person.full_name, url, f"{seat.position}, {seat.organisation}"
