"""Queries of signatures: live ones, those to renew, and the one to countersign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef

from accounts.base.compiled_queries import CompiledQuery
from accounts.charter.models import CharterVersion, Signature, VersionRefusal
from accounts.organisations.models import Organisation, Seat
from accounts.organisations.queries import contact_seats, known_organisations

if TYPE_CHECKING:
    from accounts.charter.models import CharterVersionQuerySet, SignatureQuerySet
    from accounts.organisations.querysets import SeatQuerySet
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


@dataclass(frozen=True)
class PendingSignature:
    """An organisation for which a person has newer versions to sign.

    ``signature`` is their newest one for it; ``versions`` the substantive versions since then,
    oldest first; ``is_refused`` whether they refused the newest of these.
    """

    organisation: Organisation
    signature: Signature
    versions: tuple[CharterVersion, ...]
    is_refused: bool

    @property
    def newest(self) -> CharterVersion:
        """The version to sign: its signature covers all before it."""
        return self.versions[-1]

    @property
    def closes_at(self) -> datetime:
        """When the seat loses its access for want of this signature."""
        return min(version.binding_from for version in self.versions)


def signatures_of(person: User) -> list[Signature]:
    """All signatures of ``person``, withdrawn ones too, the newest first."""
    return _SIGNATURES.rows(person_id=person.pk)


def live_signatures(person: User) -> list[Signature]:
    """The signatures of ``person`` that are not withdrawn, the newest first."""
    return [signature for signature in signatures_of(person) if signature.withdrawn_at is None]


def current_seats(person: User) -> list[Seat]:
    """The seats of ``person`` today.

    Each with how many ``sponsors`` its organisation has, and whether it ``has_contact``.
    """
    return _CURRENT_SEATS.rows(person_id=person.pk)


def signature_with_parties(pk: int) -> Signature | None:
    """The signature with its version, organisation, college and person; None where gone.

    Also with the one that it countersigns, if any.
    """
    return _SIGNATURE_WITH_PARTIES.first(pk=pk)


def group_by_organisation(
    signatures: list[Signature],
) -> list[tuple[Organisation, list[Signature]]]:
    """``signatures`` as (organisation, its signatures) pairs, in the order they came in."""
    grouped: dict[Organisation, list[Signature]] = {}
    for signature in signatures:
        grouped.setdefault(signature.organisation, []).append(signature)
    return list(grouped.items())


def pending_signatures(
    person: User, signatures: list[Signature] | None = None, seats: list[Seat] | None = None
) -> list[PendingSignature]:
    """What ``person`` has yet to sign, one for each organisation, the first to close first.

    A substantive version asks whoever holds a seat under an older signature.
    ``viewers.annotations`` has the same rule in SQL, for ``Viewer.sign_before``.
    ``signatures`` are the person's live ones and ``seats`` the current ones, where the caller
    has read them.
    """
    signatures = live_signatures(person) if signatures is None else signatures
    newest = {}
    for signature in sorted(signatures, key=lambda signature: signature.version.number):
        newest[signature.organisation_id] = signature
    substantive = _SUBSTANTIVE_VERSIONS.rows(person_id=person.pk) if newest else []
    if seats is None:
        seats = current_seats(person) if newest else []
    held = [seat.organisation_id for seat in seats]
    pending = []
    for signature in (newest[pk] for pk in held if pk in newest):
        number = signature.version.number
        versions = tuple(version for version in substantive if version.number > number)
        if versions:
            is_refused = versions[-1].is_refused
            pending.append(
                PendingSignature(signature.organisation, signature, versions, is_refused)
            )
    return sorted(pending, key=lambda it: (it.closes_at, it.signature.pk))


def joinable_signature(organisation: Organisation) -> Signature | None:
    """The signature of the version in force that a further person may countersign, or None.

    The oldest by someone whose seat is confirmed, else the oldest.
    """
    newest = CharterVersion.objects.in_force()
    given = Signature.objects.live().filter(
        organisation=organisation, version=newest, countersigns=None
    )
    given = given.select_related("version", "person", "organisation__college")
    seated = Seat.objects.confirmed().filter(organisation=organisation).values("person")
    return given.filter(person__in=seated).first() or given.first()


def signature_to_join(viewer: Viewer, organisation: Organisation) -> Signature | None:
    """The signature that ``viewer`` may countersign instead of signing for ``organisation``.

    None where nobody has signed, they do not know of it, or have a seat in it.
    """
    known = Organisation.objects.filter(known_organisations(viewer), pk=organisation.pk)
    seats = Seat.objects.current().filter(person=viewer.person_id or 0)
    if seats.filter(organisation=organisation).exists() or not known.exists():
        return None
    return joinable_signature(organisation)


def _signatures(person_id: int) -> SignatureQuerySet:
    rows = Signature.objects.filter(person=person_id).order_by("-signed_at", "-pk")
    return rows.select_related("version", "organisation__college")


def _signature_with_parties(pk: int) -> SignatureQuerySet:
    parties = "version", "organisation", "college", "person", "countersigns"
    return Signature.objects.filter(pk=pk).select_related(*parties)


def _current_seats(person_id: int, at: datetime) -> SeatQuerySet:
    seats = Seat.objects.current(at).filter(person=person_id)
    contacts = contact_seats(OuterRef("organisation"), at)
    annotations = {
        "sponsors": Count("organisation__sponsorships"), "has_contact": Exists(contacts)
    }  # fmt: skip
    seats = seats.annotate(**annotations)
    rows: SeatQuerySet = seats.select_related("organisation__college")
    return rows


def _substantive_versions(person_id: int, today: date) -> CharterVersionQuerySet:
    refused = VersionRefusal.objects.filter(version=OuterRef("pk"), person=person_id)
    versions = CharterVersion.objects.published(today).filter(is_substantive=True)
    annotations = {"is_refused": Exists(refused)}
    return versions.annotate(**annotations).order_by("number")


_SIGNATURES = CompiledQuery(_signatures, "person_id")
_SIGNATURE_WITH_PARTIES = CompiledQuery(_signature_with_parties, "pk")
_CURRENT_SEATS = CompiledQuery(_current_seats, "person_id", "at")
_SUBSTANTIVE_VERSIONS = CompiledQuery(_substantive_versions, "person_id", "today")
