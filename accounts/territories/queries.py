"""The territories of an organisation, and all departments."""

from accounts.base.compiled_queries import CompiledQuery
from accounts.organisations.models import Organisation
from accounts.territories.models import Department, Territory


def territories_of(organisation: Organisation) -> list[Territory]:
    """The territories where the organisation acts, by name."""
    return _TERRITORIES.rows(pk=organisation.pk)


def departments_by_name() -> list[Department]:
    """All departments, by name."""
    return _DEPARTMENTS.rows()


def departments_by_code() -> list[Department]:
    """All departments, by code."""
    return _DEPARTMENTS_BY_CODE.rows()


def _territories(pk):
    return Territory.objects.filter(organisations=pk)


def _departments():
    return Department.objects.order_by("folded_name")


def _departments_by_code():
    return Department.objects.order_by("code")


_TERRITORIES: CompiledQuery[Territory] = CompiledQuery(_territories, "pk")
_DEPARTMENTS: CompiledQuery[Department] = CompiledQuery(_departments)
_DEPARTMENTS_BY_CODE: CompiledQuery[Department] = CompiledQuery(_departments_by_code)
