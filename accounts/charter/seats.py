"""The seat one takes by signing: a step of ``sign_charter``, which holds the organisation."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admission.models import Invitation
from accounts.base.locks import lock_row
from accounts.charter.exceptions import CannotSign
from accounts.organisations.models import Seat
from accounts.organisations.rules import (
    automatic_confirmation_method,
    invitation_vouches_for,
    last_decided_seat,
    mark_confirmed,
    verified_addresses,
)


def use_invitation(invitation, person, organisation, given=None):
    """The invitation, used from now on; None where there is none.

    It is for one address and one organisation, and vouches for who took it up as long as
    whoever sent it could still decide. Who has ``given`` a signature may have used it by
    this very form, sent twice: then there is none either. Raise CannotSign where it is for
    someone else, or not any more.
    """
    if invitation is None:
        return None
    invitation = lock_row(Invitation, invitation.pk)
    if invitation.organisation_id != organisation.pk:
        raise CannotSign(_("Cette invitation est pour une autre organisation."), "organisation")
    if invitation.email.casefold() not in verified_addresses(person):
        raise CannotSign(_("Cette invitation est pour une autre adresse que la vôtre."))
    if invitation.used_at and given:
        return None
    if not Invitation.objects.usable().filter(pk=invitation.pk).exists():
        raise CannotSign(_("Cette invitation a déjà servi, ou elle a expiré."))
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return invitation


def take_seat(person, organisation, position, until, invitation):
    """The open seat of ``person`` in ``organisation``, and whether it was taken just now.

    Its mandate ends ``until``, where that is said: never later than others have said. Raise
    CannotSign where they were refused the last time, and nobody vouches for them now.
    """
    unended = Q(ended_at=None) | Q(ended_at__gt=timezone.now())
    theirs = Seat.objects.filter(person=person, organisation=organisation, refused_at=None)
    seat = theirs.filter(unended).first()
    is_new = seat is None
    if is_new:
        _require_not_refused(person, organisation, invitation)
        seat = Seat.objects.create(
            person=person, organisation=organisation, position=position, ended_at=until
        )
    elif until:
        is_bound = seat.ended_at and seat.ended_by_id not in (None, person.pk)
        seat.ended_at = min(until, seat.ended_at) if is_bound else until
        seat.save(update_fields=["ended_at"])
    if seat.confirmed_at is None and (
        method := automatic_confirmation_method(person, organisation, invitation)
    ):
        mark_confirmed(seat, method, invitation and invitation.invited_by)
    return seat, is_new


def _require_not_refused(person, organisation, invitation):
    last = last_decided_seat(person, organisation)
    if last and last.refused_at and not invitation_vouches_for(invitation, person):
        raise CannotSign(
            _("Votre demande pour « %(name)s » a été refusée : %(why)s")
            % {"name": organisation.name, "why": last.refusal},
            "organisation",
        )
