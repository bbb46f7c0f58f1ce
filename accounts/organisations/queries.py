"""Queries of colleges, of seats, and of the contacts of an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from accounts.base.compiled_queries import CompiledQuery, id_names, id_values
from accounts.base.pagination import AskedPage
from accounts.charter.models import Signature
from accounts.charter.signing_requests.models import SigningRequest
from accounts.organisations.models import College, Organisation, Seat

if TYPE_CHECKING:
    from accounts.charter.models import SignatureQuerySet
    from accounts.organisations.querysets import SeatQuerySet
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


#: Past seats that the page of an organisation's seats shows; pending ones on a page of all.
_MAX_ENDED, _PAGE_SIZE = 30, 50
#: Names that a field proposes.
_MAX_SUGGESTED = 100


def all_colleges() -> list[College]:
    """The colleges, in their order."""
    return _COLLEGES.rows()


def last_decided_seat(person: User, organisation: Organisation | int) -> Seat | None:
    """The last seat of ``person`` here that was confirmed, refused or ended by others; or None.

    A seat that they left before any decision does not count.
    """
    by_others = Q(ended_by__isnull=False) & ~Q(ended_by=person)
    decided = Q(confirmed_at__isnull=False) | Q(refused_at__isnull=False) | by_others
    return Seat.objects.filter(decided, person=person, organisation=organisation).last()


def was_removed(person: User, organisation: Organisation | int) -> bool:
    """Whether others ended or refused the last decided seat of ``person`` here."""
    last = last_decided_seat(person, organisation)
    is_ended = last is not None and last.ended_by_id not in (None, person.pk)
    return is_ended or bool(last and last.refused_at)


def known_organisations(viewer: Viewer, prefix: str = "", at: datetime | None = None) -> Q:
    """The condition that ``viewer`` knows of an organisation: of all that are, or were, in the
    network. ``prefix`` is the path to it from the model that is filtered.

    One that never was is known to those who have a seat in it and to animators; and, while
    it looks for sponsors, to those who may sponsor it.
    """
    if viewer.is_animator:
        return Q()
    pk = OuterRef(f"{prefix}pk")
    signed = Exists(Signature.objects.filter(organisation=pk))
    own_seats = Seat.objects.current(at).filter(organisation=pk, person=viewer.person_id or 0)
    known = Q(signed, (f"{prefix}admitted_at__isnull", False)) | Q(Exists(own_seats))
    if viewer.seat_id:
        known |= Q(Exists(Organisation.objects.candidates(at).filter(pk=pk)))
    return known


def known_organisation(viewer: Viewer, slug: str) -> Organisation:
    """The organisation with this slug. Raise DoesNotExist where ``viewer`` knows of none."""
    rows = Organisation.objects.filter(known_organisations(viewer))
    value: Organisation = rows.select_related("college").get(slug=slug)
    return value


def suggested_names(viewer: Viewer) -> QuerySet[Any, Any]:
    """Names of organisations that ``viewer`` knows of, which a field proposes."""
    known = Organisation.objects.filter(known_organisations(viewer))
    return known.values_list("name", flat=True)[:_MAX_SUGGESTED]


def people_with_access(at: datetime | None = None) -> int:
    """How many people have a seat that opens the members' spaces."""
    seats = Seat.objects.representing(at).order_by()
    return seats.values("person").distinct().count()


def contact_seats(
    organisation: Organisation | OuterRef | int, at: datetime | None = None
) -> SeatQuerySet:
    """The seats of the contacts of ``organisation``."""
    return Seat.objects.contacts(at).filter(organisation=organisation)


def is_contact(person: User | int | None, organisation: Organisation | int) -> bool:
    """Whether ``person`` is a contact of ``organisation`` now; both may be ids."""
    ids = {"pk": _id_of(organisation), "person_id": _id_of(person)}
    return _IS_CONTACT.first(**ids) is not None


def _id_of(it: Organisation | User | int | None) -> int | None:
    return it.pk if isinstance(it, Model) else it


def pending_seats(organisation: Organisation) -> list[Seat]:
    """The seats in it that wait for a decision, with their holders and ``live_signatures``."""
    return _with_signatures(_PENDING_SEATS, _SIGNATURES_HERE, pk=organisation.pk)


def pending_seats_page(number: int) -> AskedPage[Seat]:
    """A page of all pending seats, the oldest first; an empty one is the first.

    ``is_new``: whether no seat of the organisation was ever confirmed; ``contact_name`` and
    ``contact_email``: its first contact, or None. Their holders have ``live_signatures``, each
    with the name of who prepared it, or None, as ``prepared_by``.
    """
    page = AskedPage(
        lambda start, limit: [pk for (pk,) in _PENDING_IDS.rows(start, limit)],
        _pending_with_signatures,
        number,
        _PAGE_SIZE,
    )
    return page.or_first()


def _pending_with_signatures(pks: Sequence[int]) -> list[Seat]:
    return _with_signatures(_PENDING_ROWS, _LIVE_SIGNATURES, **id_values(pks, _PAGE_SIZE))


def _with_signatures(
    seat_query: CompiledQuery[Seat], signature_query: CompiledQuery[Signature], **values: Any
) -> list[Seat]:
    seats = seat_query.rows(**values)
    signatures: dict[int | None, list[Signature]] = {}
    for signature in signature_query.rows(**values) if seats else ():
        signatures.setdefault(signature.person_id, []).append(signature)
    for seat in seats:
        seat.person.live_signatures = signatures.get(seat.person_id, [])
    return seats


def confirmed_seats(organisation: Organisation) -> list[Seat]:
    """The confirmed seats in it, contacts (``decides``) first, with holders and successors."""
    return _CONFIRMED_SEATS.rows(pk=organisation.pk)


def ended_seats(organisation: Organisation) -> list[Seat]:
    """The confirmed seats in it that ended last, with holders and successors."""
    return _ENDED_SEATS.rows(pk=organisation.pk)


def seats_with_roles(person: User) -> list[Seat]:
    """All seats of ``person``, the newest first, with what they are in the organisation.

    ``decides``: its contact; ``is_alone``: the only one whose seat in it is confirmed.
    """
    return _SEATS_WITH_ROLES.rows(person_id=person.pk)


def _colleges() -> QuerySet[College]:
    return College.objects.all()


def _pending_ids(start: int, limit: int, at: datetime) -> QuerySet[Any, Any]:
    rows = Seat.objects.pending(at).order_by("started_at", "pk").values_list("pk")
    return rows[start : start + limit]


def _pending_rows(at: datetime, **pks: Any) -> SeatQuerySet:
    known = Seat.objects.filter(
        organisation=OuterRef("organisation"), confirmed_at__isnull=False
    )
    rows = Seat.objects.pending(at).filter(pk__in=pks.values()).order_by()
    contacts = contact_seats(OuterRef("organisation"), at).order_by("confirmed_at", "pk")
    rows = rows.annotate(
        is_new=~Exists(known),
        contact_name=Subquery(contacts.values("person__full_name")[:1]),
        contact_email=Subquery(contacts.values("person__email")[:1]),
    )
    selected: SeatQuerySet = rows.select_related("person", "organisation__college")
    return selected


def _live_signatures(**pks: Any) -> SignatureQuerySet:
    return _signatures_of(Seat.objects.filter(pk__in=pks.values()).values("person"))


def _signatures_here(pk: int, at: datetime) -> SignatureQuerySet:
    holders = Seat.objects.pending(at).filter(organisation=pk).values("person")
    return _signatures_of(holders).filter(organisation=pk)


def _signatures_of(holders: QuerySet[Any, Any]) -> SignatureQuerySet:
    prepared = SigningRequest.objects.filter(
        organisation=OuterRef("organisation"), signed_at=OuterRef("signed_at")
    )
    rows = Signature.objects.live().filter(person__in=holders)
    rows = rows.annotate(prepared_by=Subquery(prepared.values("preparer__full_name")[:1]))
    return rows.select_related("version").order_by("-signed_at")


def _is_contact(pk: int, person_id: int, at: datetime) -> QuerySet[Any, Any]:
    return contact_seats(pk, at).filter(person=person_id).values_list("pk")[:1]


def _with_people(seats: SeatQuerySet, pk: int) -> SeatQuerySet:
    return seats.filter(organisation=pk).select_related("person", "successor__person")


def _pending_seats(pk: int, at: datetime) -> SeatQuerySet:
    return _with_people(Seat.objects.pending(at), pk)


def _confirmed_seats(pk: int, at: datetime) -> SeatQuerySet:
    decides = Exists(contact_seats(pk, at).filter(pk=OuterRef("pk")))
    rows = _with_people(Seat.objects.confirmed(at), pk).annotate(decides=decides)
    selected: SeatQuerySet = rows.order_by("-decides", "started_at")
    return selected


def _ended_seats(pk: int, at: datetime) -> SeatQuerySet:
    ended = Seat.objects.filter(confirmed_at__isnull=False, ended_at__lte=at)
    return _with_people(ended, pk).order_by("-ended_at")[:_MAX_ENDED]


def _seats_with_roles(person_id: int, at: datetime) -> SeatQuerySet:
    others = Seat.objects.representing(at).with_active_holder()
    others = others.filter(organisation=OuterRef("organisation")).exclude(person=person_id)
    rows = Seat.objects.filter(person=person_id).order_by("-started_at")
    selected: SeatQuerySet = rows.select_related("organisation__college").annotate(
        decides=Exists(Seat.objects.contacts(at).filter(pk=OuterRef("pk"))),
        is_alone=Q(confirmed_at__isnull=False) & ~Exists(others),
    )
    return selected


_COLLEGES = CompiledQuery(_colleges)
_PENDING_IDS = CompiledQuery(_pending_ids, "at")
_PENDING_ROWS = CompiledQuery(_pending_rows, "at", *id_names(_PAGE_SIZE))
_LIVE_SIGNATURES = CompiledQuery(_live_signatures, *id_names(_PAGE_SIZE))
_SIGNATURES_HERE = CompiledQuery(_signatures_here, "pk", "at")
_IS_CONTACT = CompiledQuery(_is_contact, "pk", "person_id", "at")
_PENDING_SEATS = CompiledQuery(_pending_seats, "pk", "at")
_CONFIRMED_SEATS = CompiledQuery(_confirmed_seats, "pk", "at")
_ENDED_SEATS = CompiledQuery(_ended_seats, "pk", "at")
_SEATS_WITH_ROLES = CompiledQuery(_seats_with_roles, "person_id", "at")
