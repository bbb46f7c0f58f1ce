"""TODO."""

from django.utils.translation import gettext_lazy

from accounts.organisations.models import Seat

NOT_ALLOWED_MESSAGE = gettext_lazy(
    "Les territoires d’une organisation sont choisis par les personnes qui y ont un siège "
    "confirmé, ou par l’équipe d’animation."
)


def representing_seats(viewer):
    """The seats by which ``viewer`` speaks: held, confirmed, under a current signature."""
    person = viewer.person_id if viewer.is_member else None
    return Seat.objects.representing().filter(person=person or 0)


def may_choose_territories(viewer, organisation):
    """Whether ``viewer`` says where ``organisation`` acts: its people do, and animators."""
    if viewer.is_animator:
        return True
    return representing_seats(viewer).filter(organisation=organisation).exists()
