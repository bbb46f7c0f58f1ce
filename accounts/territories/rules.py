"""Who may choose the territories of an organisation."""

from django.utils.translation import gettext_lazy

from accounts.organisations.models import Seat

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
    return representing_seats(viewer).filter(organisation=organisation).exists()
