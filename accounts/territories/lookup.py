"""Territories that are not on the official list: finding the same one, or creating it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.base.text import fold, slug_of
from accounts.territories.models import HOME_COUNTRY, Territory, in_department, official

#: Words that are other addresses under ``territoires/``.
_RESERVED_SLUGS = {"recherche"}
_MAX_SLUG_ATTEMPTS = 50


@dataclass(frozen=True)
class NewTerritory:
    """The values of a territory to create; ``department_code`` is empty abroad."""

    name: str
    type: str
    department_code: str = ""
    country: str = HOME_COUNTRY


def find_existing(new: NewTerritory) -> Territory | None:
    """The territory of this name and place: of the same type, else an official one; or None."""
    place = (
        in_department(new.department_code) if new.department_code else Q(department_codes="")
    )
    same = Territory.objects.filter(place, folded_name=fold(new.name), country=new.country)
    of_type = Q(type=new.type)
    return same.filter(of_type).first() or same.filter(official()).first()


def get_or_create_territory(new: NewTerritory) -> Territory:
    """The territory that ``new`` describes, created unless it exists.

    Called in an action's transaction. Two people who add the same one at once get the same
    row, by the unique constraint.
    """
    slug = slug_of(new.name)[:100] or "territoire"
    for number in range(1, _MAX_SLUG_ATTEMPTS):
        if existing := find_existing(new):
            return existing
        tried = slug if number == 1 else f"{slug}-{number}"
        if tried in _RESERVED_SLUGS or Territory.objects.filter(slug=tried).exists():
            continue
        try:
            with transaction.atomic():
                return _create_with_slug(new, tried)
        except IntegrityError:  # The same one, or another with this slug, was created just now.
            continue
    raise IntegrityError(f"No free slug for {slug}")


def _create_with_slug(new: NewTerritory, slug: str) -> Territory:
    return Territory.objects.create(
        slug=slug,
        name=new.name,
        type=new.type,
        department_codes=new.department_code,
        country=new.country,
    )
