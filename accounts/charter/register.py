"""The public register: which organisations signed, when, which version, and withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Value

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import AskedPage
from accounts.charter.models import Signature
from accounts.charter.signed_versions.models import SignedVersion
from accounts.organisations.models import Organisation, Seat
from accounts.territories.models import Territory

if TYPE_CHECKING:
    from accounts.charter.models import SignatureQuerySet
    from accounts.organisations.models import College
    from accounts.organisations.querysets import OrganisationQuerySet, SeatQuerySet
    from accounts.viewers.viewers import Viewer


#: Organisations on a page of the register.
PAGE_SIZE = 50


class SeatMark(StrEnum):
    """The state of a signatory's seat, where it is not confirmed."""

    WAITING = "waiting"
    REFUSED = "refused"


class Signatory(NamedTuple):
    """Who signed, as members read it: no ``pk`` where the person has left the site."""

    pk: int | None
    full_name: str | None
    position: str
    mark: SeatMark | None


@dataclass(frozen=True)
class RegisterEntry:
    """A row of the register; ``signatory`` is None for readers who may not see names."""

    version_name: str
    signed_at: datetime
    withdrawn_at: datetime | None
    signatory: Signatory | None = None


class RegisterOrganisation(NamedTuple):
    """What the register shows of an organisation beside its rows.

    ``is_confirmed``: whether a seat in it was ever confirmed. ``struck_at``: when it was struck
    from the network, if it was. ``merged_into``: what it became part of, if it did.
    """

    slug: str
    label: str
    is_admitted: bool
    is_confirmed: bool
    struck_at: datetime | None
    former_name: str
    merged_into: Organisation | None


def signatories_page(number: int) -> AskedPage[Organisation]:
    """The organisations that signed and are, or once were, admitted, by college and name.

    An empty page is the first.
    """
    page = AskedPage(
        lambda start, limit: [pk for (pk,) in _SIGNATORY_IDS.rows(start, limit)],
        lambda pks: _SIGNATORIES.rows(**id_values(pks, PAGE_SIZE)),
        number,
        PAGE_SIZE,
    )
    return page.or_first()


def count_signatories() -> int:
    """How many admitted organisations have a live signature."""
    (count,) = _SIGNATORY_COUNT.first() or (0,)
    return count


def count_members() -> int:
    """How many organisations are members of the network: admitted, signed as is required."""
    (count,) = _MEMBER_COUNT.first() or (0,)
    return count


def count_member_territories() -> int:
    """The number of territories in which those organisations act."""
    (count,) = _TERRITORY_COUNT.first() or (0,)
    return count


def register_rows(
    organisations: Sequence[Organisation], viewer: Viewer
) -> list[tuple[College, RegisterOrganisation, list[RegisterEntry]]]:
    """Of each organisation: its college, a RegisterOrganisation, its RegisterEntry rows.

    ``organisations`` are those of a page. A row is a signature for members, a version for
    others. For others a version is withdrawn once everyone who signed it has withdrawn.
    """
    pks = [organisation.pk for organisation in organisations]
    signatures = _by_organisation(_SIGNATURES, pks)
    seats = _by_organisation(_SEATS, pks) if viewer.is_member else {}
    rows = []
    for organisation in organisations:
        described = RegisterOrganisation(
            organisation.slug,
            str(organisation),
            is_admitted=organisation.admitted_at is not None,
            is_confirmed=organisation.is_confirmed,
            struck_at=organisation.struck_at,
            former_name=organisation.former_name,
            merged_into=organisation.merged_into,
        )
        signed = signatures.get(organisation.pk, [])
        entries = (
            [_named_entry(row, seats.get(organisation.pk, [])) for row in signed]
            if viewer.is_member
            else _entries_of_versions(signed)
        )
        rows.append((organisation.college, described, entries))
    return rows


def _by_organisation[Row: (Signature, Seat)](
    query: CompiledQuery[Row], pks: list[int]
) -> dict[int, list[Row]]:
    """``{organisation: its rows}`` of a query whose rows have ``organisation_id``."""
    by_organisation: dict[int, list[Row]] = {}
    for row in query.rows(**id_values(pks, PAGE_SIZE)) if pks else ():
        by_organisation.setdefault(row.organisation_id, []).append(row)
    return by_organisation


def _named_entry(signature: Signature, seats: list[Seat]) -> RegisterEntry:
    signatory = Signatory(
        signature.person_id,
        signature.person.full_name if signature.person else None,
        signature.position,
        _seat_mark(signature, seats),
    )
    return RegisterEntry(*_version_facts(signature), signature.withdrawn_at, signatory)


def _version_facts(signature: Signature) -> tuple[str, datetime]:
    return signature.version.name, signature.signed_at


def _seat_mark(signature: Signature, seats: list[Seat]) -> SeatMark | None:
    """The mark of the seat of ``signature``, or None."""
    own = [seat for seat in seats if seat.person_id == signature.person_id]
    if signature.withdrawn_at or any(seat.confirmed_at for seat in own):
        return None
    if any(seat.refused_at is None and not seat.is_over for seat in own):
        return SeatMark.WAITING
    return SeatMark.REFUSED if any(seat.refused_at for seat in own) else None


def _entries_of_versions(signatures: list[Signature]) -> list[RegisterEntry]:
    by_version: dict[int, list[Signature]] = {}
    for signature in signatures:
        by_version.setdefault(signature.version_id, []).append(signature)
    entries = []
    for signed in by_version.values():
        withdrawals = [it.withdrawn_at for it in signed if it.withdrawn_at is not None]
        withdrawn_at = max(withdrawals) if len(withdrawals) == len(signed) else None
        entries.append(RegisterEntry(*_version_facts(signed[0]), withdrawn_at))
    return entries


def _signatory_ids(start: int, limit: int) -> QuerySet[Any, tuple[int]]:
    rows = SignedVersion.objects.in_register()
    rows = rows.order_by("college_order", "college_id", "folded_name")
    return rows.values_list("organisation")[start : start + limit]


def _signatory_rows(**pks: Any) -> OrganisationQuerySet:
    confirmed = Seat.objects.filter(organisation=OuterRef("pk"), confirmed_at__isnull=False)
    rows = Organisation.objects.filter(pk__in=pks.values()).order_by()
    annotations = {"is_confirmed": Exists(confirmed)}
    rows = rows.annotate(**annotations).select_related("college", "merged_into")
    return rows


def _count() -> QuerySet[Any, tuple[int]]:
    bound = SignedVersion.objects.bound()
    return bound.values(of=Value(1)).annotate(count=Count("pk")).values_list("count")


def _count_of_members(at: datetime) -> QuerySet[Any, tuple[int]]:
    rows = SignedVersion.objects.in_network(at)
    return rows.values(of=Value(1)).annotate(count=Count("pk")).values_list("count")


def _count_of_territories(at: datetime) -> QuerySet[Any, tuple[int]]:
    members = SignedVersion.objects.in_network(at).values("organisation")
    rows = Territory.organisations.through.objects.filter(organisation__in=members).order_by()
    count = {"count": Count("territory", distinct=True)}
    counts: QuerySet[Any, tuple[int]] = (
        rows.values(of=Value(1)).annotate(**count).values_list(*count)
    )
    return counts


def _signatures(**pks: Any) -> SignatureQuerySet:
    rows = Signature.objects.filter(organisation__in=pks.values())
    rows = rows.select_related("version", "person").order_by("signed_at", "pk")
    return rows.only(*_SIGNATURE_FIELDS, "version__name", "person__full_name")


def _seats(**pks: Any) -> SeatQuerySet:
    return Seat.objects.filter(organisation__in=pks.values()).only(*_SEAT_FIELDS)


_SIGNATURE_FIELDS = "organisation", "position", "signed_at", "withdrawn_at"
_SEAT_FIELDS = "organisation", "person", "confirmed_at", "refused_at", "ended_at"
_SIGNATORY_IDS = CompiledQuery(_signatory_ids)
_SIGNATORIES = CompiledQuery(_signatory_rows, *id_names(PAGE_SIZE))
_SIGNATORY_COUNT = CompiledQuery(_count)
_MEMBER_COUNT = CompiledQuery(_count_of_members, "at")
_TERRITORY_COUNT = CompiledQuery(_count_of_territories, "at")
_SIGNATURES = CompiledQuery(_signatures, *id_names(PAGE_SIZE))
_SEATS = CompiledQuery(_seats, *id_names(PAGE_SIZE))
