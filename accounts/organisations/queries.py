"""Queries of an organisation's seats and contacts, and of a person's seats, past ones too."""

from django.db.models import Exists, OuterRef, Q

from accounts.base.compiled_queries import CompiledQuery
from accounts.organisations.models import Seat

#: Past seats that the page of an organisation's seats shows.
_MAX_ENDED = 30


def last_decided_seat(person, organisation):
    """The last seat of ``person`` here that was confirmed, refused or ended by others; or None.

    A seat that they left before any decision does not count.
    """
    by_others = Q(ended_by__isnull=False) & ~Q(ended_by=person)
    decided = Q(confirmed_at__isnull=False) | Q(refused_at__isnull=False) | by_others
    return Seat.objects.filter(decided, person=person, organisation=organisation).last()


def was_removed(person, organisation):
    """Whether others ended or refused the last decided seat of ``person`` here."""
    last = last_decided_seat(person, organisation)
    is_ended = last is not None and last.ended_by_id not in (None, person.pk)
    return is_ended or bool(last and last.refused_at)


def contact_seats(organisation, at=None):
    """The seats of the contacts of ``organisation``."""
    return Seat.objects.contacts(at).filter(organisation=organisation)


def is_contact(person, organisation):
    """Whether ``person`` is a contact of ``organisation`` now; both may be ids."""
    ids = {"pk": _id_of(organisation), "person_id": _id_of(person)}
    return _IS_CONTACT.first(**ids) is not None


def _id_of(it):
    return getattr(it, "pk", it)


def pending_seats(organisation):
    """The seats in it that wait for a decision, with their holders."""
    return _PENDING_SEATS.rows(pk=organisation.pk)


def confirmed_seats(organisation):
    """The confirmed seats in it, contacts (``decides``) first, with holders and successors."""
    return _CONFIRMED_SEATS.rows(pk=organisation.pk)


def ended_seats(organisation):
    """The confirmed seats in it that ended last, with holders and successors."""
    return _ENDED_SEATS.rows(pk=organisation.pk)


def seats_with_roles(person):
    """All seats of ``person``, the newest first, with what they are in the organisation.

    ``decides``: its contact; ``is_alone``: the only one whose seat in it is confirmed.
    """
    return _SEATS_WITH_ROLES.rows(person_id=person.pk)


def _is_contact(pk, person_id, at):
    return contact_seats(pk, at).filter(person=person_id).values_list("pk")[:1]


def _with_people(seats, pk):
    return seats.filter(organisation=pk).select_related("person", "successor__person")


def _pending_seats(pk, at):
    return _with_people(Seat.objects.pending(at), pk)


def _confirmed_seats(pk, at):
    decides = Exists(contact_seats(pk, at).filter(pk=OuterRef("pk")))
    rows = _with_people(Seat.objects.confirmed(at), pk).annotate(decides=decides)
    return rows.order_by("-decides", "started_at")


def _ended_seats(pk, at):
    ended = Seat.objects.filter(confirmed_at__isnull=False, ended_at__lte=at)
    return _with_people(ended, pk).order_by("-ended_at")[:_MAX_ENDED]


def _seats_with_roles(person_id, at):
    others = Seat.objects.representing(at).with_active_holder()
    others = others.filter(organisation=OuterRef("organisation")).exclude(person=person_id)
    rows = Seat.objects.filter(person=person_id).order_by("-started_at")
    return rows.select_related("organisation__college").annotate(
        decides=Exists(Seat.objects.contacts(at).filter(pk=OuterRef("pk"))),
        is_alone=Q(confirmed_at__isnull=False) & ~Exists(others),
    )


_IS_CONTACT = CompiledQuery(_is_contact, "pk", "person_id", "at")
_PENDING_SEATS = CompiledQuery(_pending_seats, "pk", "at")
_CONFIRMED_SEATS = CompiledQuery(_confirmed_seats, "pk", "at")
_ENDED_SEATS = CompiledQuery(_ended_seats, "pk", "at")
_SEATS_WITH_ROLES = CompiledQuery(_seats_with_roles, "person_id", "at")
