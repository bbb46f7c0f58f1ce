"""What becomes of a seat: confirmed, refused, ended. Lock, ask, write.

Each is one transaction. Deciding twice is one outcome: the first decision stands, and
deciding the other way afterwards is refused, not obeyed. The contact of an organisation
decides about its seats, and so does every animator.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.organisations.models import Organisation, Seat
from accounts.organisations.queries import contact_seats
from accounts.organisations.rules import require_seat_manager
from accounts.users.models import User
from accounts.viewers.viewers import viewer_of_person


@transaction.atomic(durable=True)
def confirm_seat(seat, by):
    """Open the private room of the seat's college to its holder; return the seat.

    Raise PermissionDenied where ``by`` may not decide, holds the seat, or comes after a
    refusal or the seat's end.
    """
    seat = _lock_seat(seat)
    method = require_seat_manager(by, seat.organisation_id)
    if seat.person_id == by.pk:
        raise PermissionDenied(_("Quelqu’un d’autre doit confirmer votre siège."))
    if seat.confirmed_at:
        return seat
    _require_open(seat)
    mark_confirmed(seat, method, by)
    return seat


@transaction.atomic(durable=True)
def refuse_seat(seat, by, reason):
    """Refuse a seat that waits, with a reason its holder reads; return the seat.

    Raise PermissionDenied where ``by`` may not decide or the seat is confirmed or over.
    """
    seat = _lock_seat(seat)
    require_seat_manager(by, seat.organisation_id)
    if seat.refused_at:
        return seat
    _require_open(seat)
    if seat.confirmed_at:
        raise PermissionDenied(_("Ce siège est déjà confirmé. Vous pouvez y mettre fin."))
    seat.refused_at, seat.refused_by, seat.refusal = timezone.now(), by, reason
    seat.save(update_fields=["refused_at", "refused_by", "refusal"])
    return seat


@transaction.atomic(durable=True)
def end_seat(seat, by, at=None):
    """End a mandate now, or ``at`` a moment to come; return the seat.

    Its holder may, the contact of the organisation, and animators. What the holder wrote
    stays theirs; the rights of the seat are gone with it. An end that has come stays; one to
    come may be moved, by its holder only nearer. Raise PermissionDenied to anyone else.
    """
    seat = _lock_seat(seat)
    is_holder = seat.person_id == by.pk
    if not is_holder:
        require_seat_manager(by, seat.organisation_id)
    now = timezone.now()
    if seat.refused_at or seat.is_over:
        return seat
    end = max(at or now, now)
    if is_holder and seat.ended_at:  # Others have said when: one leaves earlier, not later.
        end, by = min(end, seat.ended_at), seat.ended_by or by
    seat.ended_at, seat.ended_by = end, by
    seat.save(update_fields=["ended_at", "ended_by"])
    return seat


@transaction.atomic(durable=True)
def cancel_seat_end(seat, by):
    """Take back an end that is yet to come: the mandate lasts; return the seat.

    Whoever decides about the seat may, and its holder where no one else has set the end.
    Raise PermissionDenied to anyone else, and where the end has come.
    """
    seat = _lock_seat(seat)
    if seat.person_id != by.pk or seat.ended_by_id not in (None, by.pk):
        require_seat_manager(by, seat.organisation_id)
    _require_open(seat)
    seat.ended_at = seat.ended_by = None
    seat.save(update_fields=["ended_at", "ended_by"])
    return seat


@transaction.atomic(durable=True)
def set_contact(seat, by, is_contact):
    """Make the holder of a confirmed seat a contact of the organisation, or no longer one.

    Raise PermissionDenied where ``by`` may not decide, or the organisation would be left
    without a contact while others sit in it.
    """
    seat = _lock_seat(seat)
    require_seat_manager(by, seat.organisation_id)
    _require_open(seat)
    if not seat.confirmed_at:
        raise PermissionDenied(_("Confirmez d’abord ce siège."))
    others = contact_seats(seat.organisation_id).exclude(pk=seat.pk)
    if not is_contact and not others.exists():
        raise PermissionDenied(_("Désignez d’abord un autre contact."))
    if is_contact:  # Who decides now, named or not, goes on deciding beside them.
        contact_seats(seat.organisation_id).update(is_contact=True)
    seat.is_contact = is_contact
    seat.save(update_fields=["is_contact"])
    return seat


@transaction.atomic(durable=True)
def choose_writing_seat(person, seat_id):
    """From now on ``person`` writes for this seat, unless they say otherwise.

    Raise PermissionDenied where it is not one of their confirmed seats.
    """
    person = lock_row(User, person.pk)
    if seat_id not in viewer_of_person(person).seats:
        raise PermissionDenied(_("Vous n’avez plus ce siège : choisissez-en un autre."))
    person.writing_seat_id = seat_id
    person.save(update_fields=["writing_seat"])


def _lock_seat(seat):
    """The seat, held still; and first its organisation, whose contacts it may change."""
    lock_organisation(Seat.objects.values_list("organisation", flat=True).get(pk=seat.pk))
    return lock_row(Seat, seat.pk)


def _require_open(seat):
    if seat.refused_at:
        raise PermissionDenied(_("Ce siège a déjà été refusé."))
    if seat.is_over:
        raise PermissionDenied(_("Ce siège a pris fin."))


def mark_confirmed(seat, method, by=None):
    """Confirm ``seat``, whose row is held or new. Who first sits, and may act, is the contact.

    The signature may be written after it, so who speaks is not asked yet.
    """
    seat.confirmed_at, seat.confirmed_by, seat.confirmation_method = timezone.now(), by, method
    seat.save(update_fields=["confirmed_at", "confirmed_by", "confirmation_method"])
    sitting = (
        Seat.objects.confirmed().with_active_holder().filter(organisation=seat.organisation_id)
    )
    seat.is_contact = list(sitting.values_list("pk", flat=True)[:2]) == [seat.pk]
    if seat.is_contact:
        seat.save(update_fields=["is_contact"])


def lock_organisation(organisation_id):
    """Hold an organisation still: always before its seats, so that nobody waits in a ring."""
    return lock_row(Organisation, organisation_id)
