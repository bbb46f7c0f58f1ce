"""Organisations by name: finding the one meant, or creating it, once."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.base.text import fold
from accounts.organisations.models import College, Organisation
from accounts.organisations.namesakes import closeness, is_namesake
from accounts.territories.models import Territory

#: Names read to find those close to what was typed; beyond, the first by name.
_MAX_NAMES_COMPARED = 5_000
_MAX_SLUG_ATTEMPTS = 50


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation that the network does not know yet."""

    name: str
    college: College
    department_code: str
    territory: Territory | None = None
    country: str = "FR"


def find_by_name(name: str) -> Organisation | None:
    """The organisation of this name, however it is spelled, or None.

    Of one that was merged into another, that one.
    """
    related = "college", "merged_into__college"
    named = Organisation.objects.select_related(*related).filter(folded_name=fold(name)).first()
    return named and (named.merged_into or named)


def find_similar(name: str, most: int = 5) -> list[Organisation]:
    """The organisations that ``name`` may mean, the closest first, ``most`` at most."""
    wanted = fold(name)
    rows = Organisation.objects.addressable().values_list("pk", "folded_name")[
        :_MAX_NAMES_COMPARED
    ]
    names = {pk: known for pk, known in rows if is_namesake(wanted, known)}
    order = sorted(names, key=lambda pk: (-closeness(wanted, names[pk]), names[pk]))[:most]
    organisations = Organisation.objects.select_related("college").in_bulk(order)
    return [organisations[pk] for pk in order]


def get_or_create_organisation(new: NewOrganisation) -> Organisation:
    """The organisation that ``new`` describes, made unless its name is taken already.

    Called in an action's transaction. Two people who create the same one at once get the
    same one: the unique name decides, and the second reads what the first wrote.
    """
    slug = slugify(fold(new.name))[:100] or "organisation"
    for number in range(1, _MAX_SLUG_ATTEMPTS):
        try:
            return _get_or_create_with_slug(new, slug if number == 1 else f"{slug}-{number}")
        except IntegrityError:  # Another name with this slug.
            continue
    raise IntegrityError(f"No free slug for {slug}")


def wrong_college_message(organisation: Organisation) -> str:
    """Why ``organisation`` cannot be signed for in a college that is not its own."""
    return _(
        "« %(name)s » est inscrite au collège « %(college)s ». Choisissez ce collège, ou "
        "écrivez à l’équipe d’animation s’il y a une erreur."
    ) % {"name": organisation.name, "college": organisation.college}


def _get_or_create_with_slug(new: NewOrganisation, slug: str) -> Organisation:
    organisation, is_new = Organisation.objects.get_or_create(
        folded_name=fold(new.name),
        defaults={
            "name": new.name,
            "slug": slug,
            "college": new.college,
            "department_code": new.department_code,
            "admitted_at": timezone.now() if settings.FORUM_ADMISSION == "open" else None,
            "needs_sponsors": settings.FORUM_ADMISSION == "sponsored",
            "country": new.country,
        },
    )
    if is_new and new.territory:
        organisation.territories.add(new.territory)
    return organisation
