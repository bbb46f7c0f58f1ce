"""A territory that is not on the official list: a commune, a pays, a park, one abroad."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts.base.text import fold
from accounts.territories.models import HOME_COUNTRY, Territory, in_department

#: Words that are addresses of their own under ``territoires/``.
_RESERVED_SLUGS = {"recherche"}
_MAX_SLUG_ATTEMPTS = 50


@dataclass(frozen=True)
class NewTerritory:
    """A territory that the network does not know yet; ``department_code`` is empty abroad."""

    name: str
    kind: str
    department_code: str = ""
    country: str = HOME_COUNTRY


def find_existing(new):
    """The territory that ``new`` describes, of whatever kind it is known by, or None."""
    place = (
        in_department(new.department_code) if new.department_code else Q(department_codes="")
    )
    found = Territory.objects.filter(place, folded_name=fold(new.name), country=new.country)
    of_kind = Q(kind=new.kind)
    return found.filter(of_kind).first() or found.exclude(siren=None).first()


def get_or_create_territory(new):
    """The territory that ``new`` describes, made unless it is known.

    Called in an action's transaction. Two people who add the same one at once get the same
    row: the unique name decides, and the second reads what the first wrote.
    """
    slug = slugify(fold(new.name).replace("'", " "))[:100] or "territoire"
    for number in range(1, _MAX_SLUG_ATTEMPTS):
        if one := find_existing(new):
            return one
        tried = slug if number == 1 else f"{slug}-{number}"
        if tried in _RESERVED_SLUGS or Territory.objects.filter(slug=tried).exists():
            continue
        try:
            with transaction.atomic():
                return _create_with_slug(new, tried)
        except IntegrityError:  # This very one, a moment ago; or another with this slug.
            continue
    raise IntegrityError(f"No free slug for {slug}")


def _create_with_slug(new, slug):
    return Territory.objects.create(
        slug=slug,
        name=new.name,
        kind=new.kind,
        department_codes=new.department_code,
        country=new.country,
    )
