"""Which territories an organisation acts on: chosen, added, left. Lock, ask, write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.organisations.actions import lock_organisation
from accounts.territories.lookup import get_or_create_territory
from accounts.territories.rules import NOT_ALLOWED_MESSAGE, may_choose_territories
from accounts.viewers.viewers import viewer_of_person

#: Beyond, a list says no more where an organisation acts.
MAX_TERRITORIES = 100


class TooManyTerritories(PermissionDenied):
    """The organisation would act on more territories than MOST."""


@transaction.atomic(durable=True)
def choose_territories(organisation, person, territories):
    """``organisation`` acts on ``territories``, too; return it.

    Choosing twice is choosing once. Raise PermissionDenied to who does not speak for it, and
    TooMany where they would be too many.
    """
    organisation = lock_organisation(organisation.pk)
    _require_may_choose(organisation, person)
    _require_capacity(organisation, territories)
    organisation.territories.add(*territories)
    return organisation


@transaction.atomic(durable=True)
def add_territory(organisation, person, new):
    """``organisation`` acts on ``new``, a NewTerritory, which is made unless it is known.

    Return the territory. Raise PermissionDenied and TooMany as ``choose_territories`` does.
    """
    organisation = lock_organisation(organisation.pk)
    _require_may_choose(organisation, person)
    territory = get_or_create_territory(new)
    _require_capacity(organisation, [territory])
    organisation.territories.add(territory)
    return territory


@transaction.atomic(durable=True)
def remove_territory(organisation, person, territory):
    """``organisation`` acts on ``territory`` no more; return it. What was said there stays.

    Raise PermissionDenied to who does not speak for it.
    """
    organisation = lock_organisation(organisation.pk)
    _require_may_choose(organisation, person)
    organisation.territories.remove(territory)
    return organisation


def _require_may_choose(organisation, person):
    if not may_choose_territories(viewer_of_person(person), organisation):
        raise PermissionDenied(NOT_ALLOWED_MESSAGE)


def _require_capacity(organisation, chosen):
    """Raise TooMany where its territories and those of ``chosen`` would be too many."""
    own = set(organisation.territories.values_list("pk", flat=True))
    if len(own | {one.pk for one in chosen}) > MAX_TERRITORIES:
        words = _("Une organisation choisit %(n)d territoires au plus.")
        raise TooManyTerritories(words % {"n": MAX_TERRITORIES})
