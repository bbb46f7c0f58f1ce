"""The territories of an organisation, and all departments."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from accounts.base.compiled_queries import CompiledQuery
from accounts.organisations.models import Organisation
from accounts.territories.models import Department, Territory


def territories_of(organisation: Organisation) -> list[Territory]:
    """The territories where the organisation acts, by name."""
    return _TERRITORIES.rows(pk=organisation.pk)


def territories_of_seat(seat_id: int | None) -> QuerySet[Territory]:
    """The territories where the organisation of a seat acts, the one most likely meant first.

    First that whose name the organisation bears (``is_namesake``), as a commune beside its
    grouping, then the most populous. None without a seat.
    """
    named = StrIndex(F("organisations__folded_name"), F("folded_name"))
    annotations = {"is_namesake": GreaterThan(named, 0)}
    of_seat = Q(organisations__seats=seat_id or 0)
    territories = Territory.objects.filter(of_seat).annotate(**annotations)
    population = F("population").desc(nulls_last=True)
    first = [f"-{name}" for name in annotations]
    return territories.distinct().order_by(*first, population, "pk")


def meant_territory(seat_id: int | None) -> Territory | None:
    """The territory that is meant where none is named: that of the name, or the only one."""
    first, *others = territories_of_seat(seat_id)[:2] or [None]
    return first if first and (first.is_namesake or not others) else None


def is_acted_on(at: Any = None) -> Exists:
    """The condition that an organisation acts in a territory that is in the network ``at``."""
    acting = Organisation.objects.in_network(at).filter(territories=OuterRef("pk"))
    return Exists(acting)


def departments_by_code() -> list[Department]:
    """All departments, by code."""
    return _DEPARTMENTS.rows()


def _territories(pk: int) -> QuerySet[Territory]:
    return Territory.objects.filter(organisations=pk)


def _departments() -> QuerySet[Department]:
    return Department.objects.order_by("code")


_TERRITORIES: CompiledQuery[Territory] = CompiledQuery(_territories, "pk")
_DEPARTMENTS: CompiledQuery[Department] = CompiledQuery(_departments)
