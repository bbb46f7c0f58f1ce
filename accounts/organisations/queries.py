"""TODO."""

from django.db.models import Q

from accounts.organisations.models import Seat


def last_decided_seat(person, organisation):
    """The last seat of ``person`` here about which something was decided, or None.

    A seat that only waited until they left it undoes nothing that was decided before.
    """
    by_others = Q(ended_by__isnull=False) & ~Q(ended_by=person)
    decided = Q(confirmed_at__isnull=False) | Q(refused_at__isnull=False) | by_others
    return Seat.objects.filter(decided, person=person, organisation=organisation).last()


def was_removed(person, organisation):
    """Whether others ended, or refused, the last seat of ``person`` here."""
    last = last_decided_seat(person, organisation)
    is_ended = last is not None and last.ended_by_id not in (None, person.pk)
    return is_ended or bool(last and last.refused_at)


def contact_seats(organisation):
    """The seats of those who decide for ``organisation`` today."""
    return Seat.objects.contacts().filter(organisation=organisation)


def is_contact(person, organisation):
    """Whether ``person`` decides about the seats of ``organisation`` at this moment."""
    return contact_seats(organisation).filter(person=person.pk).exists()
