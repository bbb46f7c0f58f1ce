"""Decisions about seats: confirming, refusing, ending them, and naming the contact.

Each action is one transaction. The contacts of an organisation decide about its seats, and
so does every animator. Deciding the same twice has one effect; a decision that contradicts
an earlier one raises PermissionDenied.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.locks import lock_row
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.organisations.models import ConfirmationMethod, Organisation, Seat
from accounts.organisations.queries import contact_seats
from accounts.organisations.rules import require_seat_manager
from accounts.users.models import User
from accounts.users.suspension import silenced_reason
from accounts.viewers.viewers import viewer_of_person


@transaction.atomic(durable=True)
def confirm_seat(seat: Seat, by: User) -> Seat:
    """Confirm ``seat``, which opens its college's spaces to its holder; return it.

    Raise PermissionDenied where ``by`` may not decide or holds the seat, or where the seat is
    refused or over.
    """
    seat = _lock_seat(seat)
    method = require_seat_manager(by, seat.organisation_id)
    if seat.person_id == by.pk:
        raise PermissionDenied(_("Quelqu’un d’autre doit confirmer votre siège."))
    if seat.confirmed_at:
        return seat
    _require_open(seat)
    mark_confirmed(seat, method, by)
    _record(LoggedAction.CONFIRM_SEAT, method, seat, by)
    return seat


@transaction.atomic(durable=True)
def refuse_seat(seat: Seat, by: User, reason: str) -> Seat:
    """Refuse a pending seat, with a reason that its holder reads; return the seat.

    Raise PermissionDenied where ``by`` may not decide, or is silenced, or the seat is confirmed
    or over.
    """
    seat = _lock_seat(seat)
    role = require_seat_manager(by, seat.organisation_id)
    if seat.refused_at:
        return seat
    if (until := viewer_of_person(by).silenced_until) is not None:
        raise PermissionDenied(silenced_reason(until))
    _require_open(seat)
    if seat.confirmed_at:
        raise PermissionDenied(_("Ce siège est déjà confirmé. Vous pouvez y mettre fin."))
    seat.refused_at, seat.refused_by, seat.refusal = timezone.now(), by, reason
    seat.save(update_fields=["refused_at", "refused_by", "refusal"])
    _record(LoggedAction.REFUSE_SEAT, role, seat, by, reason)
    return seat


@transaction.atomic(durable=True)
def end_seat(seat: Seat, by: User, at: datetime | None = None) -> Seat:
    """End a seat now, or at the later moment ``at``; return the seat.

    Its holder, the organisation's contacts and animators may. A seat that is over stays as
    it is. A future end may be moved; one that others have set, by the holder only to an
    earlier date. Raise PermissionDenied to anyone else.
    """
    seat = _lock_seat(seat)
    is_holder = seat.person_id == by.pk
    role = None if is_holder else require_seat_manager(by, seat.organisation_id)
    now = timezone.now()
    if seat.refused_at or seat.is_over:
        return seat
    end = max(at or now, now)
    if is_holder and seat.ended_at:  # Others may have set it: earlier only.
        end, by = min(end, seat.ended_at), seat.ended_by or by
    seat.ended_at, seat.ended_by = end, by
    seat.save(update_fields=["ended_at", "ended_by"])
    _record(LoggedAction.END_SEAT, role, seat, by)
    return seat


@transaction.atomic(durable=True)
def cancel_seat_end(seat: Seat, by: User) -> Seat:
    """Remove a future end of a seat; return the seat.

    The organisation's contacts and animators may, and the holder where no one else set the
    end. Raise PermissionDenied to anyone else, and where the seat is over.
    """
    seat = _lock_seat(seat)
    role = None
    if seat.person_id != by.pk or seat.ended_by_id not in (None, by.pk):
        role = require_seat_manager(by, seat.organisation_id)
    _require_open(seat)
    seat.ended_at = seat.ended_by = None
    seat.save(update_fields=["ended_at", "ended_by"])
    _record(LoggedAction.KEEP_SEAT, role, seat, by)
    return seat


@transaction.atomic(durable=True)
def set_contact(seat: Seat, by: User, is_contact: bool) -> Seat:
    """Make the holder of a confirmed seat a contact of the organisation, or no longer one.

    Raise PermissionDenied where ``by`` may not decide, or the organisation would be left
    without a contact while others hold seats in it.
    """
    seat = _lock_seat(seat)
    role = require_seat_manager(by, seat.organisation_id)
    _require_open(seat)
    if not seat.confirmed_at:
        raise PermissionDenied(_("Confirmez d’abord ce siège."))
    others = contact_seats(seat.organisation_id).exclude(pk=seat.pk)
    if not is_contact and not others.exists():
        raise PermissionDenied(_("Désignez d’abord un autre contact."))
    if is_contact:  # Contacts by default, not by name, stay contacts.
        contact_seats(seat.organisation_id).update(is_contact=True)
    seat.is_contact = is_contact
    seat.save(update_fields=["is_contact"])
    _record(LoggedAction.SET_CONTACT, role, seat, by)
    return seat


@transaction.atomic(durable=True)
def choose_writing_seat(person: User, seat_id: int | None) -> None:
    """Make this the seat that ``person`` writes for by default.

    Raise PermissionDenied where it is not one of their confirmed seats.
    """
    person = lock_row(User, person.pk)
    if seat_id not in viewer_of_person(person).seat_ids:
        raise PermissionDenied(_("Vous n’avez plus ce siège : choisissez-en un autre."))
    person.writing_seat_id = seat_id
    person.save(update_fields=["writing_seat"])


def _lock_seat(seat: Seat) -> Seat:
    """Lock the organisation, whose contacts may change, then the seat; return the seat."""
    lock_organisation(Seat.objects.values_list("organisation", flat=True).get(pk=seat.pk))
    return lock_row(Seat, seat.pk)


def _record(
    action: LoggedAction,
    role: ConfirmationMethod | None,
    seat: Seat,
    by: User,
    reason: str = "",
) -> None:
    """Note in the log what ``by`` did as an animator."""
    if role == ConfirmationMethod.ANIMATOR:
        about = {"person_id": seat.person_id, "organisation_id": seat.organisation_id}
        record_action(action, by.pk, reason=reason, **about)


def _require_open(seat: Seat) -> None:
    if seat.refused_at:
        raise PermissionDenied(_("Ce siège a déjà été refusé."))
    if seat.is_over:
        raise PermissionDenied(_("Ce siège a pris fin."))


def mark_confirmed(
    seat: Seat, method: ConfirmationMethod | str, by: User | None = None
) -> None:
    """Confirm ``seat``, which is locked or new, without asking who may.

    A step of other actions, which have locked the organisation. Its first confirmed seat
    admits it, unless it waits for sponsors or was struck, and its first confirmed active holder
    becomes its contact. Signatures are not looked at: the holder's may be written after this.
    """
    seat.confirmed_at, seat.confirmed_by, seat.confirmation_method = timezone.now(), by, method
    seat.save(update_fields=["confirmed_at", "confirmed_by", "confirmation_method"])
    waiting = Organisation.objects.filter(
        pk=seat.organisation_id, admitted_at=None, needs_sponsors=False, struck_at=None
    )
    waiting.update(admitted_at=seat.confirmed_at, admitted_by=by)
    sitting = (
        Seat.objects.confirmed().with_active_holder().filter(organisation=seat.organisation_id)
    )
    seat.is_contact = list(sitting.values_list("pk", flat=True)[:2]) == [seat.pk]
    if seat.is_contact:
        seat.save(update_fields=["is_contact"])


def adopt_seat(person: User, organisation: Organisation) -> None:
    """Move to ``organisation`` the open seat of ``person`` in one that was merged into it.

    A step of other actions, which have locked it; where they sit in both, the older seat ends,
    or the one that waits, where the older is confirmed.
    """
    own = Seat.objects.filter(person=person, ended_at=None, refused_at=None)
    here = own.filter(organisation=organisation).first()
    for seat in own.filter(organisation__merged_into=organisation):
        over = here if here and seat.confirmed_at and not here.confirmed_at else seat
        if here:
            over.ended_at = timezone.now()
            over.save(update_fields=["ended_at"])
        if over is not seat or here is None:
            seat.organisation, here = organisation, seat
            seat.save(update_fields=["organisation"])


def lock_organisation(organisation_id: int) -> Organisation:
    """Lock an organisation and return it: always before its seats, against deadlocks."""
    return lock_row(Organisation, organisation_id)
