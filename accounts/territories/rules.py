"""Who may choose the territories of an organisation."""

from django.utils.translation import gettext_lazy

from accounts.base.compiled_queries import CompiledQuery
from accounts.organisations.models import Seat
from accounts.viewers.viewers import Viewer

NOT_ALLOWED_MESSAGE = gettext_lazy(
    "Les territoires d’une organisation sont choisis par les personnes qui y ont un siège "
    "confirmé, ou par l’équipe d’animation."
)


def representing_seats(viewer, at=None):
    """The confirmed seats of ``viewer`` under a current signature."""
    person = viewer.person_id if viewer.is_member else None
    return Seat.objects.representing(at).filter(person=person or 0)


def may_choose_territories(viewer, organisation):
    """Whether ``viewer`` may: holders of its confirmed seats, and animators."""
    if viewer.is_animator:
        return True
    if not viewer.is_member:
        return False
    ids = {"organisation_id": organisation.pk, "person_id": viewer.person_id}
    return _OUR_SEATS.first(viewer.rights, **ids) is not None


def _our_seats(rights, organisation_id, person_id, at):
    seats = representing_seats(Viewer(*rights, person_id=person_id), at)
    return seats.filter(organisation=organisation_id).values_list("pk")[:1]


_OUR_SEATS = CompiledQuery(_our_seats, "organisation_id", "person_id", "at")
