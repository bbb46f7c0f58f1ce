"""Queries of an organisation's contacts, of a person's seats and of their past ones in it."""

from django.db.models import Exists, OuterRef, Q

from accounts.base.compiled_queries import CompiledQuery
from accounts.organisations.models import Seat


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
    """Whether ``person`` is a contact of ``organisation`` now."""
    return contact_seats(organisation).filter(person=person.pk).exists()


def seats_with_roles(person):
    """All seats of ``person``, the newest first, with what they are in the organisation.

    ``decides``: its contact; ``is_alone``: the only one whose seat in it is confirmed.
    """
    return _SEATS_WITH_ROLES.rows(person_id=person.pk)


def _seats_with_roles(person_id, at):
    others = Seat.objects.representing(at).with_active_holder()
    others = others.filter(organisation=OuterRef("organisation")).exclude(person=person_id)
    rows = Seat.objects.filter(person=person_id).order_by("-started_at")
    return rows.select_related("organisation__college").annotate(
        decides=Exists(Seat.objects.contacts(at).filter(pk=OuterRef("pk"))),
        is_alone=Q(confirmed_at__isnull=False) & ~Exists(others),
    )


_SEATS_WITH_ROLES = CompiledQuery(_seats_with_roles, "person_id", "at")
