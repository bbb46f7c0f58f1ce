"""The public register: which organisations signed, when, which version, and withdrawals."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.charter.models import CharterVersion, Signature, SignedVersion
from accounts.organisations.models import Organisation, Seat


class SeatMark(StrEnum):
    """The state of a signatory's seat, where it is not confirmed."""

    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True)
class RegisterEntry:
    """A row of the register.

    ``signature`` names a person, and ``mark`` is about their seat: both are None for readers
    who may not see names.
    """

    version: CharterVersion
    signed_at: datetime
    withdrawn_at: datetime | None
    signature: Signature | None = None
    mark: SeatMark | None = None


def signatory_ids() -> QuerySet[Organisation, int]:
    """The ids of the organisations that ever signed, by college and name."""
    return _signatories().values_list("pk", flat=True)


def signatory_organisations():
    """Organisations that ever signed, by college and name, with their signatures.

    ``is_confirmed``: whether a seat in it was ever confirmed.
    """
    signatures = Signature.objects.select_related("version", "person").order_by(
        "signed_at", "pk"
    )
    confirmed = Seat.objects.filter(organisation=OuterRef("pk"), confirmed_at__isnull=False)
    rows = _signatories().annotate(is_confirmed=Exists(confirmed)).select_related("college")
    return rows.prefetch_related(Prefetch("signatures", signatures), "seats")


def _signatories():
    signed = SignedVersion.objects.filter(organisation=OuterRef("pk"))
    rows = Organisation.objects.filter(Exists(signed))
    return rows.order_by("college__order", "college", "folded_name")


def count_signatories():
    """How many admitted organisations have a live signature."""
    bound = SignedVersion.objects.filter(organisation=OuterRef("pk"), number__isnull=False)
    return Organisation.objects.filter(Exists(bound), admitted_at__isnull=False).count()


def register_entries(organisation, viewer):
    """The organisation's rows: one a signature for members, one a version for others.

    For others a version is withdrawn once everyone who signed it has withdrawn.
    """
    signatures = list(organisation.signatures.all())
    if viewer.is_member:
        return [
            RegisterEntry(
                s.version, s.signed_at, s.withdrawn_at, s, _seat_mark(organisation, s)
            )
            for s in signatures
        ]
    by_version = {}
    for signature in signatures:
        by_version.setdefault(signature.version, []).append(signature)
    return [_version_entry(version, signed) for version, signed in by_version.items()]


def _seat_mark(organisation, signature):
    """The mark of the seat of ``signature``, or None."""
    seats = [one for one in organisation.seats.all() if one.person_id == signature.person_id]
    if signature.withdrawn_at or any(seat.confirmed_at for seat in seats):
        return None
    if any(seat.refused_at is None and not seat.is_over for seat in seats):
        return SeatMark.WAITING
    return SeatMark.REFUSED if any(seat.refused_at for seat in seats) else None


def _version_entry(version, signatures):
    withdrawals = [signature.withdrawn_at for signature in signatures]
    gone = None if None in withdrawals else max(withdrawals)
    return RegisterEntry(version, signatures[0].signed_at, gone)
