"""Who may choose the territories of an organisation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.base.compiled_queries import CompiledQuery
from accounts.organisations.models import Seat
from accounts.viewers.viewers import Viewer

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation
    from accounts.organisations.querysets import SeatQuerySet
    from accounts.viewers.viewers import Rights


NOT_ALLOWED_MESSAGE = gettext_lazy(
    "Les territoires d’une organisation sont choisis par les personnes qui y ont un siège "
    "confirmé, ou par l’équipe d’animation."
)


def representing_seats(viewer: Viewer, at: datetime | None = None) -> SeatQuerySet:
    """The confirmed seats of ``viewer`` under a current signature."""
    person = viewer.person_id if viewer.is_member else None
    return Seat.objects.representing(at).filter(person=person or 0)


def may_choose_territories(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether ``viewer`` may: holders of its confirmed seats, and animators."""
    if viewer.is_animator:
        return True
    if not viewer.is_member:
        return False
    ids = {"organisation_id": organisation.pk, "person_id": viewer.person_id}
    return _OUR_SEATS.first(viewer.rights, **ids) is not None


def _our_seats(
    rights: Rights, organisation_id: int, person_id: int, at: datetime
) -> QuerySet[Any, tuple[int]]:
    seats = representing_seats(Viewer(*rights, person_id=person_id), at)
    return seats.filter(organisation=organisation_id).values_list("pk")[:1]


_OUR_SEATS = CompiledQuery(_our_seats, "organisation_id", "person_id", "at")
