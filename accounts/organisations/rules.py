"""How a seat becomes a confirmed one: a step of whatever action decides it."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admission.models import EmailDomain
from accounts.base.locks import lock_row
from accounts.organisations.models import ConfirmationMethod, Organisation, Seat
from accounts.viewers.viewers import viewer_of_person


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


def automatic_confirmation_method(person, organisation, invitation=None):
    """The way in which a seat that ``person`` takes in ``organisation`` needs nobody, or "".

    An invitation vouches for one of the person's verified addresses; a verified domain of
    the organisation for all addresses that end in it, but not for who was sent away.
    """
    if invitation_vouches_for(invitation, person):
        return ConfirmationMethod.INVITATION
    if was_removed(person, organisation):
        return ""
    if settings.FORUM_ADMISSION == "open":
        return ConfirmationMethod.OPEN
    domains = {address.rpartition("@")[2] for address in verified_addresses(person)}
    known = EmailDomain.objects.filter(
        organisation=organisation, domain__in=domains, verified_at__isnull=False
    )
    return ConfirmationMethod.DOMAIN if known.exists() else ""


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


def invitation_vouches_for(invitation, person):
    """Whether an invitation taken up by ``person`` stands for them.

    Nobody vouches for themselves, and who sent it decides still: a contact or an animator.
    """
    by = invitation and invitation.invited_by
    if by is None or by.pk == person.pk:
        return False
    return deciding_role(viewer_of_person(by), invitation.organisation_id) is not None


def verified_addresses(person):
    """The e-mail addresses that ``person`` has proved to hold, folded."""
    rows = EmailAddress.objects.filter(user=person, verified=True)
    return {email.casefold() for email in rows.values_list("email", flat=True)}


def lock_organisation(organisation_id):
    """Hold an organisation still: always before its seats, so that nobody waits in a ring."""
    return lock_row(Organisation, organisation_id)


def contact_seats(organisation):
    """The seats of those who decide for ``organisation`` today."""
    return Seat.objects.contacts().filter(organisation=organisation)


def is_contact(person, organisation):
    """Whether ``person`` decides about the seats of ``organisation`` at this moment."""
    return contact_seats(organisation).filter(person=person.pk).exists()


def require_seat_manager(person, organisation):
    """As what ``person`` decides about the seats of ``organisation``, a Way.

    Raise PermissionDenied unless they are an animator or a contact of it.
    """
    if method := deciding_role(viewer_of_person(person), organisation):
        return method
    raise PermissionDenied(
        _("Ceci revient au contact de l’organisation ou à l’équipe d’animation.")
    )


def require_animator(person):
    """Raise PermissionDenied unless ``person`` is an animator at this moment."""
    if not viewer_of_person(person).is_animator:
        raise PermissionDenied(_("Ceci revient à l’équipe d’animation."))


def deciding_role(viewer, organisation):
    """As what who looks or acts as ``viewer`` decides about these seats, a Way, or None."""
    if viewer.is_animator:
        return ConfirmationMethod.ANIMATOR
    mine = contact_seats(organisation).filter(pk__in=viewer.seats)
    return ConfirmationMethod.CONTACT if mine.exists() else None
