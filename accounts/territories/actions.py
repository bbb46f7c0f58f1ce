"""Choosing, adding and removing the territories of an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.organisations.actions import lock_organisation
from accounts.territories.lookup import get_or_create_territory
from accounts.territories.rules import NOT_ALLOWED_MESSAGE, may_choose_territories
from accounts.viewers.viewers import viewer_of_person

if TYPE_CHECKING:
    from accounts.organisations.models import Organisation
    from accounts.territories.lookup import NewTerritory
    from accounts.territories.models import Territory
    from accounts.users.models import User


#: How many territories an organisation may have.
MAX_TERRITORIES = 100


class TooManyTerritories(PermissionDenied):
    """The organisation would have more than MAX_TERRITORIES."""


@transaction.atomic(durable=True)
def choose_territories(
    organisation: Organisation, person: User, territories: Iterable[Territory]
) -> Organisation:
    """Add ``territories`` to those of ``organisation``; return it.

    Raise PermissionDenied unless ``person`` may choose them; TooManyTerritories beyond the
    limit.
    """
    organisation = lock_organisation(organisation.pk)
    _require_may_choose(organisation, person)
    _require_capacity(organisation, territories)
    organisation.territories.add(*territories)
    return organisation


@transaction.atomic(durable=True)
def add_territory(organisation: Organisation, person: User, new: NewTerritory) -> Territory:
    """Add the NewTerritory ``new``, created unless it exists, to those of ``organisation``.

    Return the territory. Raise as ``choose_territories`` does.
    """
    organisation = lock_organisation(organisation.pk)
    _require_may_choose(organisation, person)
    territory = get_or_create_territory(new)
    _require_capacity(organisation, [territory])
    organisation.territories.add(territory)
    return territory


@transaction.atomic(durable=True)
def remove_territory(
    organisation: Organisation, person: User, territory: Territory
) -> Organisation:
    """Remove ``territory`` from those of ``organisation``; return the organisation.

    Its threads keep the territory. Raise PermissionDenied unless ``person`` may choose them.
    """
    organisation = lock_organisation(organisation.pk)
    _require_may_choose(organisation, person)
    organisation.territories.remove(territory)
    return organisation


def _require_may_choose(organisation: Organisation, person: User) -> None:
    viewer = viewer_of_person(person)
    if not may_choose_territories(viewer, organisation):
        raise PermissionDenied(NOT_ALLOWED_MESSAGE)
    if viewer.is_animator and not organisation.seats.filter(person=person).exists():
        record_action(
            LoggedAction.CHANGE_TERRITORIES, person.pk, organisation_id=organisation.pk
        )


def _require_capacity(organisation: Organisation, chosen: Iterable[Territory]) -> None:
    """Raise TooManyTerritories where adding ``chosen`` would exceed the limit."""
    own = set(organisation.territories.values_list("pk", flat=True))
    if len(own | {territory.pk for territory in chosen}) > MAX_TERRITORIES:
        words = _("Une organisation choisit %(n)d territoires au plus.")
        raise TooManyTerritories(words % {"n": MAX_TERRITORIES})
