"""What becomes of a seat: confirmed, refused, ended. Lock, ask, write.

Each is one transaction. Deciding twice is one outcome: the first decision stands, and
deciding the other way afterwards is refused, not obeyed.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.organisations.models import Seat
from accounts.viewers import of_person


@transaction.atomic(durable=True)
def confirm_seat(seat, animator):
    """Open the private room of the seat's college to its holder; return the seat.

    Raise PermissionDenied where ``animator`` is not one today, holds the seat, or comes
    after a refusal or the seat's end.
    """
    seat = _locked(seat)
    _demand_animator(animator)
    if seat.person_id == animator.pk:
        raise PermissionDenied(_("Un autre animateur doit confirmer votre siège."))
    if seat.confirmed_at:
        return seat
    _demand_open(seat)
    seat.confirmed_at, seat.confirmed_by = timezone.now(), animator
    seat.save(update_fields=["confirmed_at", "confirmed_by"])
    return seat


@transaction.atomic(durable=True)
def refuse_seat(seat, animator, reason):
    """Refuse a seat that waits, with a reason its holder reads; return the seat.

    Raise PermissionDenied where ``animator`` is not one today or the seat is confirmed or
    over.
    """
    seat = _locked(seat)
    _demand_animator(animator)
    if seat.refused_at:
        return seat
    _demand_open(seat)
    if seat.confirmed_at:
        raise PermissionDenied(_("Ce siège est déjà confirmé. Vous pouvez y mettre fin."))
    seat.refused_at, seat.refusal = timezone.now(), reason
    seat.save(update_fields=["refused_at", "refusal"])
    return seat


@transaction.atomic(durable=True)
def end_seat(seat, by):
    """End a mandate now, as an animator or as its holder; return the seat.

    What the holder wrote stays theirs; the rights of the seat are gone at once. Raise
    PermissionDenied to anyone else.
    """
    seat = _locked(seat)
    if seat.person_id != by.pk:
        _demand_animator(by)
    now = timezone.now()
    if seat.refused_at or (seat.ended_at and seat.ended_at <= now):
        return seat
    seat.ended_at = now
    seat.save(update_fields=["ended_at"])
    return seat


def _locked(seat):
    return Seat.objects.select_for_update(of=("self",), no_key=True).get(pk=seat.pk)


def _demand_animator(person):
    if not of_person(person).is_animator:
        raise PermissionDenied(_("Ceci revient à l’équipe d’animation."))


def _demand_open(seat):
    if seat.refused_at:
        raise PermissionDenied(_("Ce siège a déjà été refusé."))
    if seat.ended_at and seat.ended_at <= timezone.now():
        raise PermissionDenied(_("Ce siège a pris fin."))
