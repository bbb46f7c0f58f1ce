"""Who decides about the seats of an organisation, and which seats need no decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.admission.models import EmailDomain
from accounts.organisations.models import ConfirmationMethod
from accounts.organisations.queries import is_contact, was_removed
from accounts.users.queries import verified_addresses
from accounts.viewers.viewers import viewer_of_person

if TYPE_CHECKING:
    from accounts.admission.models import Invitation
    from accounts.organisations.models import Organisation
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


def automatic_confirmation_method(
    person: User, organisation: Organisation, invitation: Invitation | None = None
) -> ConfirmationMethod | str:
    """The method that confirms a new seat of ``person`` at once; an empty string if none.

    An invitation, the policy "open", or a verified domain of the organisation in one of the
    person's verified addresses. Someone whom others removed needs an invitation.
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


def invitation_vouches_for(invitation: Invitation | None, person: User) -> bool:
    """Whether ``invitation`` confirms a seat of ``person``.

    It was sent by someone else, who still is a contact or an animator.
    """
    if invitation is None:
        return False
    by = invitation.invited_by
    if by is None or by.pk == person.pk:
        return False
    return seat_manager_role(viewer_of_person(by), invitation.organisation_id) is not None


def require_seat_manager(person: User, organisation: Organisation | int) -> ConfirmationMethod:
    """The ConfirmationMethod by which ``person`` decides about seats of ``organisation``.

    Raise PermissionDenied unless they are an animator or a contact of it.
    """
    if method := seat_manager_role(viewer_of_person(person), organisation):
        return method
    raise PermissionDenied(
        _("Ceci revient au contact de l’organisation ou à l’équipe d’animation.")
    )


def seat_manager_role(
    viewer: Viewer, organisation: Organisation | int
) -> ConfirmationMethod | None:
    """The role, ANIMATOR or CONTACT, in which ``viewer`` decides about its seats, or None."""
    if viewer.is_animator:
        return ConfirmationMethod.ANIMATOR
    decides = bool(viewer.seat_ids) and is_contact(viewer.person_id, organisation)
    return ConfirmationMethod.CONTACT if decides else None
