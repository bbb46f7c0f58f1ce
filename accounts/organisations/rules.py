"""How a seat becomes a confirmed one: a step of whatever action decides it."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.admission.models import EmailDomain
from accounts.organisations.models import ConfirmationMethod
from accounts.organisations.queries import contact_seats, was_removed
from accounts.users.queries import verified_addresses
from accounts.viewers.viewers import viewer_of_person


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


def invitation_vouches_for(invitation, person):
    """Whether an invitation taken up by ``person`` stands for them.

    Nobody vouches for themselves, and who sent it decides still: a contact or an animator.
    """
    by = invitation and invitation.invited_by
    if by is None or by.pk == person.pk:
        return False
    return deciding_role(viewer_of_person(by), invitation.organisation_id) is not None


def require_seat_manager(person, organisation):
    """As what ``person`` decides about the seats of ``organisation``, a Way.

    Raise PermissionDenied unless they are an animator or a contact of it.
    """
    if method := deciding_role(viewer_of_person(person), organisation):
        return method
    raise PermissionDenied(
        _("Ceci revient au contact de l’organisation ou à l’équipe d’animation.")
    )


def deciding_role(viewer, organisation):
    """As what who looks or acts as ``viewer`` decides about these seats, a Way, or None."""
    if viewer.is_animator:
        return ConfirmationMethod.ANIMATOR
    mine = contact_seats(organisation).filter(pk__in=viewer.seats)
    return ConfirmationMethod.CONTACT if mine.exists() else None
