"""Questions to the tables of organisations and seats."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.users.suspension import not_suspended

if TYPE_CHECKING:
    from accounts.charter.models import SignatureQuerySet
    from accounts.charter.signed_versions.models import SignedVersionQuerySet
    from accounts.organisations.models import Organisation, Seat  # noqa: F401  # In strings.


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Queries of organisations, at a moment ``at`` (now by default)."""

    def in_network(self, at: datetime | None = None) -> Self:
        """Members of the network: admitted, with a current signature."""
        return self.filter(Exists(_signed_versions().in_network(at)))

    def candidates(self, at: datetime | None = None) -> Self:
        """Those with a current signature that look for sponsors."""
        signed = Exists(_signed_versions().current(at))
        return self.filter(signed, needs_sponsors=True, admitted_at=None, struck_at=None)

    def addressable(self, at: datetime | None = None) -> Self:
        """Those that somebody who names one may mean: admitted, or with seats that wait.

        What was refused and never admitted is told to nobody.
        """
        seats = apps.get_model("accounts", "Seat").objects.current(at)
        has_seats = Exists(seats.filter(organisation=OuterRef("pk")))
        return self.filter(Q(has_seats) | Q(admitted_at__isnull=False), merged_into=None)


class SeatQuerySet(models.QuerySet["Seat"]):
    """Queries of seats, at a moment ``at`` (now by default)."""

    def current(self, at: datetime | None = None) -> Self:
        """Started, not ended and not refused."""
        at = at or timezone.now()
        not_ended = Q(ended_at=None) | Q(ended_at__gt=at)
        return self.filter(not_ended, started_at__lte=at, refused_at=None)

    def unconfirmed(self, at: datetime | None = None) -> Self:
        """Those current and not confirmed."""
        return self.current(at).filter(confirmed_at=None)

    def pending(self, at: datetime | None = None) -> Self:
        """Those to be decided: not confirmed, of an active person with a live signature."""
        signed = _signatures_of_seat().live()
        return self.unconfirmed(at).filter(Exists(signed), person__is_active=True)

    def confirmed(self, at: datetime | None = None) -> Self:
        """Those current and confirmed."""
        return self.current(at).filter(confirmed_at__isnull=False)

    def signed(self, at: datetime | None = None) -> Self:
        """Those current of someone with a current signature for the organisation."""
        return self.current(at).filter(Exists(_signatures_of_seat().current(at)))

    def of_signatories(self, at: datetime | None = None) -> Self:
        """Those that make their holder a signatory, confirmed or not: signed, in an
        organisation that neither waits for sponsors nor was struck."""
        waits = {"organisation__needs_sponsors": False, "organisation__struck_at": None}
        admitted = Q(organisation__admitted_at__isnull=False)
        return self.signed(at).filter(admitted | Q(**waits))

    def admitted(self) -> Self:
        """Those in an admitted organisation."""
        return self.filter(organisation__admitted_at__isnull=False)

    def representing(self, at: datetime | None = None) -> Self:
        """Those that open the members' areas: signed, confirmed, in an admitted organisation.

        Their holders are the members: they represent the organisation, read the network's and
        its college's spaces and are in the directory.
        """
        return self.signed(at).admitted().filter(confirmed_at__isnull=False)

    def with_active_holder(self) -> Self:
        """Those of people whose account is active and not suspended."""
        return self.filter(not_suspended("person__"), person__is_active=True)

    def contacts(self, at: datetime | None = None) -> Self:
        """Those of contacts, who decide about the seats of their organisation.

        The named ones who represent it; where none does, the representative confirmed first.
        So an organisation with any representative has a contact, without anybody naming one
        when a mandate ends or a signature lapses.
        """
        able = apps.get_model("accounts", "Seat").objects.representing(at).with_active_holder()
        able = able.filter(organisation=OuterRef("organisation"))
        first = able.order_by("-is_contact", "confirmed_at", "pk").values("pk")[:1]
        is_contact = Q(is_contact=True) | Q(pk=Subquery(first))
        return self.representing(at).with_active_holder().filter(is_contact)


def _signed_versions() -> SignedVersionQuerySet:
    return apps.get_model("accounts.SignedVersion").objects.filter(organisation=OuterRef("pk"))


def _signatures_of_seat() -> SignatureQuerySet:
    """The signatures of the outer query's seat: of its person, for its organisation."""
    signatures = apps.get_model("accounts", "Signature").objects
    return signatures.filter(person=OuterRef("person"), organisation=OuterRef("organisation"))
