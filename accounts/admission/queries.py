"""Queries of domains to verify, organisations to admit or sponsor, and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import Resolver404, resolve

from accounts.admission.models import EmailDomain, Invitation, Sponsorship
from accounts.base.compiled_queries import CompiledQuery
from accounts.organisations.models import Organisation, Seat

if TYPE_CHECKING:
    from accounts.admission.models import InvitationQuerySet
    from accounts.organisations.querysets import OrganisationQuerySet
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


def domains_to_verify() -> list[EmailDomain]:
    """Domains that organisations declared, neither verified nor refused, oldest first."""
    return _DOMAINS_TO_VERIFY.rows()


def open_invitations(organisation: Organisation) -> list[Invitation]:
    """The invitations of the organisation that nobody used or withdrew, the newest first."""
    return _OPEN_INVITATIONS.rows(pk=organisation.pk)


def declared_domains(organisation: Organisation) -> list[EmailDomain]:
    """All e-mail domains that the organisation declared, by name."""
    return _DECLARED_DOMAINS.rows(pk=organisation.pk)


def waiting_organisations() -> list[Organisation]:
    """The candidates as a list, each with its sponsors and territories."""
    return _CANDIDATES.rows()


def candidate_organisations(at: datetime | None = None) -> OrganisationQuerySet:
    """Organisations that signed and are not admitted, with their ``sponsor_count``."""
    rows = Organisation.objects.candidates(at).select_related("college")
    rows = rows.annotate(sponsor_count=Count("sponsorships"))
    selected: OrganisationQuerySet = rows.prefetch_related(
        "sponsorships__sponsor_organisation", "territories"
    ).order_by("created_at", "pk")
    return selected


def candidates_to_sponsor(person: User, viewer: Viewer) -> OrganisationQuerySet:
    """The candidates that ``person`` may still sponsor: not their own, and each once.

    None where they hold no confirmed seat.
    """
    sponsor_organisation = Seat.objects.filter(pk=viewer.seat_id or 0).values("organisation")
    given = Q(sponsor=person) | Q(sponsor_organisation__in=sponsor_organisation)
    vouched = Sponsorship.objects.filter(given, organisation=OuterRef("pk"))
    rows = (
        candidate_organisations().filter(~Exists(vouched)).exclude(pk__in=sponsor_organisation)
    )
    return rows if viewer.seat_id else rows.none()


def invited_address(address: str) -> str:
    """The e-mail address of the usable invitation whose page has this path, or ""."""
    try:
        match = resolve(address)
    except Resolver404:
        return ""
    if match.url_name != "organisation-invitation":
        return ""
    usable = Invitation.objects.usable().filter(key=match.kwargs["key"])
    return usable.values_list("email", flat=True).first() or ""


def _open_invitations(pk: int) -> InvitationQuerySet:
    return Invitation.objects.filter(organisation=pk, used_at=None, withdrawn_at=None)


def _declared_domains(pk: int) -> QuerySet[EmailDomain]:
    return EmailDomain.objects.filter(organisation=pk)


def _domains_to_verify() -> QuerySet[EmailDomain]:
    waiting = EmailDomain.objects.filter(verified_at=None, refused_at=None)
    return waiting.select_related("organisation", "declared_by").order_by("declared_at")


_DOMAINS_TO_VERIFY = CompiledQuery(_domains_to_verify)
_OPEN_INVITATIONS = CompiledQuery(_open_invitations, "pk")
_DECLARED_DOMAINS = CompiledQuery(_declared_domains, "pk")
_CANDIDATES = CompiledQuery(candidate_organisations, "at")
