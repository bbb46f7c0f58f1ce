"""Which territories an organisation acts on: chosen, added, left. Lock, ask, write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.confirming import hold
from accounts.organisations.models import Seat
from accounts.territories.founding import found
from accounts.viewers import of_person

#: Beyond, a list says no more where an organisation acts.
MOST = 100
NOT_YOURS = gettext_lazy(
    "Les territoires d’une organisation sont choisis par les personnes qui y ont un siège "
    "confirmé, ou par l’équipe d’animation."
)


class TooMany(PermissionDenied):
    """The organisation would act on more territories than MOST."""


def own_seats(viewer):
    """The seats by which ``viewer`` speaks: held, confirmed, under a current signature."""
    person = viewer.person_id if viewer.is_member else None
    return Seat.objects.speaking().filter(person=person or 0)


def may_choose(viewer, organisation):
    """Whether ``viewer`` says where ``organisation`` acts: its people do, and animators."""
    if viewer.is_animator:
        return True
    return own_seats(viewer).filter(organisation=organisation).exists()


@transaction.atomic(durable=True)
def choose_territories(organisation, person, territories):
    """``organisation`` acts on ``territories``, too; return it.

    Choosing twice is choosing once. Raise PermissionDenied to who does not speak for it, and
    TooMany where they would be too many.
    """
    organisation = hold(organisation.pk)
    _demand_choice(organisation, person)
    _demand_room(organisation, territories)
    organisation.territories.add(*territories)
    return organisation


@transaction.atomic(durable=True)
def add_territory(organisation, person, new):
    """``organisation`` acts on ``new``, a NewTerritory, which is made unless it is known.

    Return the territory. Raise PermissionDenied and TooMany as ``choose_territories`` does.
    """
    organisation = hold(organisation.pk)
    _demand_choice(organisation, person)
    territory = found(new)
    _demand_room(organisation, [territory])
    organisation.territories.add(territory)
    return territory


@transaction.atomic(durable=True)
def leave_territory(organisation, person, territory):
    """``organisation`` acts on ``territory`` no more; return it. What was said there stays.

    Raise PermissionDenied to who does not speak for it.
    """
    organisation = hold(organisation.pk)
    _demand_choice(organisation, person)
    organisation.territories.remove(territory)
    return organisation


def _demand_choice(organisation, person):
    if not may_choose(of_person(person), organisation):
        raise PermissionDenied(NOT_YOURS)


def _demand_room(organisation, chosen):
    """Raise TooMany where its territories and those of ``chosen`` would be too many."""
    own = set(organisation.territories.values_list("pk", flat=True))
    if len(own | {one.pk for one in chosen}) > MOST:
        words = _("Une organisation choisit %(n)d territoires au plus.")
        raise TooMany(words % {"n": MOST})
