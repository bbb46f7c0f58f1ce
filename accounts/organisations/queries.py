"""Queries of an organisation's contacts, and of a person's past seats in it."""

from django.db.models import Q

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
